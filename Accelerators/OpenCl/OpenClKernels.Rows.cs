using System.Runtime.InteropServices;
using NpuSim.Accelerators.Kernels;
using NpuSim.Accelerators.Kernels.Products;
using NpuSim.Accelerators.Kernels.Randomness;
using NpuSim.Accelerators.Kernels.Rows;
using NpuSim.Accelerators.Numerics;

namespace NpuSim.Accelerators.OpenCl;

/// <content>Along rows and windows.</content>
public sealed partial class OpenClKernels
{
    /// <summary>As <see cref="SoftmaxKernel.Run"/>.</summary>
    /// <param name="rows">Rows.</param>
    /// <param name="depth">Elements per row.</param>
    /// <param name="x">[rows, depth], int8 or int16.</param>
    /// <param name="stage">Input scale and form of the output.</param>
    /// <param name="y">[rows, depth], int8 or int16 for int8 inputs, int16 for int16 inputs.</param>
    public void Softmax(int rows, int depth, DeviceOperand x, SoftmaxStage stage, DeviceOperand y)
    {
        x.Check((long)rows * depth, nameof(x));
        y.Check((long)rows * depth, nameof(y));
        switch (x.Format, y.Format)
        {
            case (NumberFormat.Int8, NumberFormat.Int8 or NumberFormat.Int16):
                LaunchRows(
                    "softmax8", rows, x.Buffer, x.Offset, y.Buffer, y.Offset, y.Bits, rows, depth,
                    queue.Constant(stage, () => stage.Exponentials), stage.Symmetric ? 1 : 0);
                break;
            case (NumberFormat.Int16, NumberFormat.Int16):
                LaunchRows(
                    "softmax16", rows, x.Buffer, x.Offset, y.Buffer, y.Offset, rows, depth, stage.Input,
                    Table(SoftmaxKernel.Exp), Table(SoftmaxKernel.Reciprocal));
                break;
            default:
                throw new ArgumentException($"Softmax from {x.Format} to {y.Format} is not defined.", nameof(y));
        }
    }

    /// <summary>As <see cref="LayerNormKernel.Run"/>.</summary>
    /// <param name="rows">Rows.</param>
    /// <param name="depth">Elements per row.</param>
    /// <param name="x">[rows, depth], int8 or int16.</param>
    /// <param name="gamma">[depth], int8 or int16.</param>
    /// <param name="beta">[depth], int8, int16 or int32; or without a buffer: none.</param>
    /// <param name="stage">Scales and ε.</param>
    /// <param name="y">[rows, depth].</param>
    /// <param name="noise">Random numbers of stochastic rounding.</param>
    /// <param name="slot">Where clipped outputs are counted.</param>
    public void LayerNorm(
        int rows, int depth, DeviceOperand x, DeviceOperand gamma, DeviceOperand beta, LayerNormStage stage, DeviceOperand y,
        RandomAddress noise, int slot)
    {
        Accumulate(slot, (long)rows * depth);
        x.Check((long)rows * depth, nameof(x));
        y.Check((long)rows * depth, nameof(y));
        gamma.Check(depth, nameof(gamma));
        if (beta.Buffer is not null)
            beta.Check(depth, nameof(beta));
        if (depth is < 1 or > short.MaxValue || x.Bits is not (8 or 16) || gamma.Bits is not (8 or 16))
            throw new ArgumentException(
                $"Layer normalisation takes rows of up to {short.MaxValue} int8 or int16, not {depth} {x.Format} with "
                    + $"{gamma.Format}.");
        bool wide = gamma.Format == NumberFormat.Int16;
        FixedScale align = wide ? stage.Beta with { Shift = stage.Beta.Shift - 8 } : stage.Beta;
        DeviceBuffer starts = queue.Scratch("beta", (long)depth * sizeof(int));
        LaunchElements(
            "align_beta", depth, beta.Buffer ?? gamma.Buffer, beta.Offset, beta.Bits, depth, align, noise,
            noise.Direction, starts);
        LaunchRows(
            "layer_norm", rows,
            [
                x.Buffer, x.Offset, x.Bits, gamma.Buffer, gamma.Offset, gamma.Bits, rows, depth, starts,
                    stage.Epsilon, counts.Buffer,
                Slot(slot), .. Stage(wide ? stage.ForInt16 : stage.ForInt8, y, noise),
            ]);
    }

    /// <summary>
    /// As <see cref="CrossEntropyKernel.Run"/>; a float loss, which the policy itself leaves to a host, is computed by it.
    /// </summary>
    /// <param name="rows">Samples.</param>
    /// <param name="classes">Logits per sample.</param>
    /// <param name="logits">[rows, classes], int8, int16 or int32.</param>
    /// <param name="scale">Scale of the logits.</param>
    /// <param name="labels">[rows], int32, each in 0..classes−1: the caller sees to it.</param>
    /// <param name="loss">[1], int64: the sum over rows, nats of Q.24.</param>
    public void CrossEntropy(int rows, int classes, DeviceOperand logits, FixedScale scale, DeviceOperand labels,
        DeviceOperand loss)
    {
        logits.Check((long)rows * classes, nameof(logits));
        labels.Check(rows, nameof(labels));
        loss.Check(1, nameof(loss));
        if (policy.FloatLoss)
        {
            byte[] values = new byte[logits.Bytes];
            int[] classOf = new int[rows];
            queue.Read(logits.Buffer!, logits.Offset, values);
            queue.Read(labels.Buffer!, labels.Offset, MemoryMarshal.AsBytes(classOf.AsSpan()));
            long nats = CrossEntropyKernel.Run(rows, classes, new Operand(values, logits.Format), scale, classOf, policy);
            queue.Write(loss.Buffer!, loss.Offset, BitConverter.GetBytes(nats));
            return;
        }

        DeviceBuffer losses = queue.Scratch("losses", (long)rows * sizeof(long));
        LaunchRows(
            "cross_entropy", rows, logits.Buffer, logits.Offset, logits.Bits, labels.Buffer, labels.Offset, rows, classes, scale,
            queue.Constant(CrossEntropyKernel.CoarsePowers, () => CrossEntropyKernel.CoarsePowers),
            queue.Constant(CrossEntropyKernel.FinePowers, () => CrossEntropyKernel.FinePowers),
            queue.Constant(CrossEntropyKernel.Logarithms, () => CrossEntropyKernel.Logarithms), losses);
        queue.Launch(layers.Value, "sum_losses", [1], [1], losses, rows, loss.Buffer, loss.Offset);
    }

    /// <summary>As <see cref="PoolKernel.Average"/>.</summary>
    /// <param name="shape">Extents.</param>
    /// <param name="x">NHWC, int8 or int16.</param>
    /// <param name="y">NHWC, the same format.</param>
    /// <param name="minimum">Least output.</param>
    /// <param name="maximum">Greatest output.</param>
    public void AveragePool(
        ConvolutionShape shape, DeviceOperand x, DeviceOperand y, int minimum = int.MinValue, int maximum = int.MaxValue) =>
        Pool(shape, x, y, true, minimum, maximum);

    /// <summary>As <see cref="PoolKernel.Max"/>.</summary>
    /// <param name="shape">Extents.</param>
    /// <param name="x">NHWC, int8 or int16.</param>
    /// <param name="y">NHWC, the same format.</param>
    /// <param name="minimum">Least output.</param>
    /// <param name="maximum">Greatest output.</param>
    public void MaxPool(
        ConvolutionShape shape, DeviceOperand x, DeviceOperand y, int minimum = int.MinValue, int maximum = int.MaxValue) =>
        Pool(shape, x, y, false, minimum, maximum);

    private void Pool(ConvolutionShape shape, DeviceOperand x, DeviceOperand y, bool average, int minimum, int maximum)
    {
        x.Check(shape.InputCount, nameof(x));
        y.Check(shape.OutputCount, nameof(y));
        if (shape.OutputChannels != shape.InputChannels || x.Format != y.Format)
            throw new ArgumentException("Pooling keeps channels and format.", nameof(y));
        LaunchElements(
            "pool", y.Count, x.Buffer, x.Offset, y.Buffer, y.Offset, y.Bits, Shape(shape), average ? 1 : 0,
            Math.Max(minimum, (int)y.Format.MinValue()), Math.Min(maximum, (int)y.Format.MaxValue()));
    }
}
