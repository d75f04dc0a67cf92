using NpuSim.Accelerators.Kernels.Randomness;
using NpuSim.Accelerators.Numerics;

namespace NpuSim.Accelerators.Kernels.Products;

/// <summary>
/// Two-dimensional convolution: y[b, oh, ow, o] = stage(bias[o] + Σ (x[b, h, w, i] + input offset) · (w[o, kh, kw, i] + weight
/// offset)), summed in the order kernel row, kernel column, input channel. Padding contributes 0 after the offset.
/// </summary>
internal static unsafe class ConvolutionKernel
{
    /// <summary>Runs the layer; each group of channels is one matrix product over im2col windows, depthwise has its own
    /// kernel.</summary>
    /// <param name="shape">Extents.</param>
    /// <param name="x">NHWC, int8 or int16 (int16: input offset 0).</param>
    /// <param name="w">[output channel, kernel row, kernel column, input channel of the group], int4 unpacked, int8 or
    /// int16.</param>
    /// <param name="bias">[output channels] in the accumulator's scale, or empty.</param>
    /// <param name="stage">Scales, zero points and clamp; one scale or one per output channel.</param>
    /// <param name="y">NHWC, for a part with part.Of channels, int8 or int16, or int32: the accumulators themselves.</param>
    /// <param name="policy">Arithmetic.</param>
    /// <param name="noise">Random numbers of stochastic rounding, by element of y.</param>
    /// <param name="part">Channels of y that the outputs are; a depthwise layer writes all of them.</param>
    /// <exception cref="ArgumentException">An operand has another size or format.</exception>
    public static OverflowCount Run(
        in ConvolutionShape shape,
        Operand x,
        Operand w,
        ReadOnlySpan<int> bias,
        OutputStage stage,
        Operand y,
        NumericPolicy policy,
        RandomAddress noise = default,
        ChannelPart part = default) =>
        Run(shape, x, w, BiasRow.Widen(bias, shape.OutputChannels), stage, y, policy, noise, part);

    /// <summary>The same with a bias of up to 64 bits.</summary>
    public static OverflowCount Run(
        in ConvolutionShape shape,
        Operand x,
        Operand w,
        ReadOnlySpan<long> bias,
        OutputStage stage,
        Operand y,
        NumericPolicy policy,
        RandomAddress noise = default,
        ChannelPart part = default)
    {
        int stride = part.Stride(shape.OutputChannels);
        bool depthwise = shape.Groups == shape.InputChannels && shape.Groups > 1;
        if (depthwise && part != default)
            throw new ArgumentException("A depthwise layer writes all channels.", nameof(part));
        bool xWide = Operands.Wide(x, shape.InputCount, stage.InputOffset, nameof(x));
        bool wWide = Operands.Wide(w, shape.WeightCount, stage.WeightOffset, nameof(w));
        Operands.CheckOutput(y, (long)shape.Positions * stride, nameof(y));
        BiasRow.Check(bias.Length, shape.OutputChannels);
        stage.Check(shape.OutputChannels);
        if (shape.InputChannels % shape.Groups != 0 || shape.OutputChannels % shape.Groups != 0)
            throw new ArgumentException($"{shape.Groups} groups do not divide the channels.", nameof(shape));
        OutputWriter writer = OutputWriter.For(policy, stage, y.Format, noise);
        fixed (byte* px = x.Bytes, pw = w.Bytes, py = y.Bytes)
        fixed (long* pb = bias)
        {
            if (depthwise)
                return DepthwiseKernel.Run(shape, px, xWide, pw, wWide, pb, stage, writer, py, policy);
            OverflowCount total = default;
            int channels = shape.OutputChannels / shape.Groups;
            for (int group = 0; group < shape.Groups; group++)
            {
                int first = group * channels;
                total += MatrixProduct.Mine.Run(
                    shape.Positions,
                    channels,
                    shape.Depth,
                    RowSource.Windows(px, xWide, stage.InputOffset, shape, group),
                    RowSource.Matrix(pw + ((long)first * shape.Depth * (wWide ? 2 : 1)), wWide, stage.WeightOffset, shape.Depth),
                    pb == null ? null : pb + first,
                    writer,
                    policy,
                    py,
                    stride,
                    start: part.First + first,
                    firstChannel: first);
            }

            return total;
        }
    }
}
