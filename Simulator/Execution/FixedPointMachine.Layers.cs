using System.Runtime.InteropServices;
using NpuSim.Accelerators.Kernels;
using NpuSim.Accelerators.Numerics;
using NpuSim.Simulator.Planning;
using NpuSim.Workloads.Graphs;
using NpuSim.Workloads.Graphs.Ops;

namespace NpuSim.Simulator.Execution;

/// <content>Operations of networks.</content>
public sealed partial class FixedPointMachine
{
    private OutputStage Stage(PlannedOp op, double factor) => new(
        [FixedScale.FromDouble(factor)], scales[op.Output].ZeroPoint, op.Rectified ? 0 : int.MinValue, int.MaxValue,
        -scales[op.Inputs[0]].ZeroPoint, -scales[op.Inputs[1]].ZeroPoint);

    private Action<StepContext> Product(PlannedOp op)
    {
        (int x, int w) = (op.Inputs[0], op.Inputs[1]);
        (int n, int k) = (ShapeOf(w)[0], ShapeOf(w)[1]);
        int m = (int)(ShapeOf(x).Count / k);
        OutputStage stage = Stage(op, Step(x) * Step(w) / Step(op.Output));
        return context => overflow[op.Index] += LinearKernel.Run(m, n, k, At(x), At(w), Bias(op), stage, At(op.Output), policy, Noise(context, op));
    }

    private Action<StepContext> Convolution(PlannedOp op)
    {
        (int x, int w) = (op.Inputs[0], op.Inputs[1]);
        OutputStage stage = Stage(op, Step(x) * Step(w) / Step(op.Output));
        Window window = op.Op.AsContraction(Plan.InputShapes(op))!.Window!;
        ConvolutionShape shape = new(
            window.Batch, window.InputHeight, window.InputWidth, window.InputChannels, window.KernelHeight, window.KernelWidth,
            window.OutputHeight, window.OutputWidth, window.OutputChannels, window.Stride, window.Stride, window.PadTop, window.PadLeft,
            Groups: window.Groups);
        return context => overflow[op.Index] += ConvolutionKernel.Run(shape, At(x), At(w), Bias(op), stage, At(op.Output), policy, Noise(context, op));
    }

    private Action<StepContext> BatchedProduct(PlannedOp op, MatMul matmul)
    {
        (int a, int b) = (op.Inputs[0], op.Inputs[1]);
        Contraction c = matmul.AsContraction(Plan.InputShapes(op))!;
        OutputStage stage = Stage(op, matmul.Scale * Step(a) * Step(b) / Step(op.Output));
        if (matmul.TransposeA)
            throw new InputException($"operation 'matmul' ({op.Name}) has no fixed-point kernel for a transposed first operand.");
        return context => overflow[op.Index] += MatMulKernel.Run(
            (int)c.Count, (int)c.M, (int)c.N, (int)c.K, matmul.TransposeB, At(a), At(b), stage, At(op.Output), policy, Noise(context, op));
    }

    private Action<StepContext> Elementwise(PlannedOp op)
    {
        (int a, int b) = (op.Inputs[0], op.Inputs[1]);
        if (op.Op is Mul)
        {
            OutputStage stage = Stage(op, Step(a) * Step(b) / Step(op.Output));
            return context => overflow[op.Index] += ElementwiseKernel.Mul(At(a), At(b), stage, At(op.Output), policy, Noise(context, op));
        }

        NumberFormat widest = At(a).Format == NumberFormat.Int16 || At(b).Format == NumberFormat.Int16 ? NumberFormat.Int16 : NumberFormat.Int8;
        AddStage sum = AddStage.From(Step(a), Step(b), Step(op.Output), widest) with { Minimum = op.Rectified ? 0 : int.MinValue };
        return context => overflow[op.Index] += ElementwiseKernel.Add(At(a), At(b), sum, At(op.Output), policy, Noise(context, op));
    }

    private Action<StepContext> GeluOf(PlannedOp op)
    {
        (double x, double y) = (Step(op.Inputs[0]), Step(op.Output));
        LookupTable table = Plan.Tensors[op.Inputs[0]].Format == NumberFormat.Int16
            ? LookupTable.ForInt16(TableKernel.Gelu, x, y)
            : LookupTable.ForInt8(TableKernel.Gelu, x, y, Plan.Tensors[op.Output].Format);
        return _ => TableKernel.Run(table, At(op.Inputs[0]), At(op.Output));
    }

    private Action<StepContext> SoftmaxOf(PlannedOp op)
    {
        Shape shape = ShapeOf(op.Output);
        SoftmaxStage stage = SoftmaxStage.From(Step(op.Inputs[0]), At(op.Inputs[0]).Format);
        return _ => SoftmaxKernel.Run((int)(shape.Count / shape[^1]), shape[^1], At(op.Inputs[0]), stage, At(op.Output));
    }

    private Action<StepContext> Normalize(PlannedOp op, LayerNorm norm)
    {
        (int x, int gamma, int beta) = (op.Inputs[0], op.Inputs[1], op.Inputs[2]);
        int depth = ShapeOf(x)[^1], rows = (int)(ShapeOf(x).Count / depth);
        LayerNormStage stage = LayerNormStage.From(Step(x), Step(gamma), Step(beta), Step(op.Output), norm.Epsilon);
        return context => LayerNormKernel.Run(rows, depth, At(x), At(gamma), At(beta), stage, At(op.Output), policy, Noise(context, op));
    }

    private Action<StepContext> PoolOf(PlannedOp op, Pool pool)
    {
        (Shape x, Shape y) = (ShapeOf(op.Inputs[0]), ShapeOf(op.Output));
        ConvolutionShape shape = new(
            x[0], x[1], x[2], x[3], pool.Height, pool.Width, y[1], y[2], y[3], pool.Stride, pool.Stride, pool.Padding.Top, pool.Padding.Left);
        return pool is MaxPool
            ? _ => PoolKernel.Max(shape, At(op.Inputs[0]), At(op.Output))
            : _ => PoolKernel.Average(shape, At(op.Inputs[0]), At(op.Output));
    }

    private Action<StepContext> Permute(PlannedOp op, Transpose transpose)
    {
        int[] sources = Permutation.Sources(ShapeOf(op.Inputs[0]), [.. transpose.Permutation]);
        return _ => Gather(sources, At(op.Inputs[0]).Bytes, At(op.Output));
    }

    private Action<StepContext> Moved(PlannedOp op)
    {
        int[] sources = Permutation.Sources(op.Op, [ShapeOf(op.Inputs[0])]);
        return _ => Gather(sources, At(op.Inputs[0]).Bytes, At(op.Output));
    }

    // Every part comes to the scale of the whole before it takes its place.
    private Action<StepContext> Joined(PlannedOp op)
    {
        NumberFormat format = Plan.Tensors[op.Output].Format;
        int size = format.Bits() / 8;
        int[] sources = Permutation.Sources(op.Op, Plan.InputShapes(op));
        byte[] parts = new byte[sources.Length * size];
        FixedScale[] factors = [.. op.Inputs.Select(i => FixedScale.FromDouble(Step(i) / Step(op.Output)))];
        return context =>
        {
            for (int i = 0, start = 0; i < factors.Length; i++)
            {
                int bytes = (int)ShapeOf(op.Inputs[i]).Count * size;
                ElementwiseKernel.Requantize(
                    At(op.Inputs[i]), factors[i], new Operand(parts.AsSpan(start, bytes), format), policy, Noise(context, op));
                start += bytes;
            }

            Gather(sources, parts, At(op.Output));
        };
    }

    private static void Gather(int[] sources, ReadOnlySpan<byte> x, Operand y)
    {
        if (y.Format.Bits() <= 8)
            Permutation.Gather(sources, x, y.Bytes);
        else
            Permutation.Gather(sources, MemoryMarshal.Cast<byte, short>(x), y.As<short>());
    }
}
