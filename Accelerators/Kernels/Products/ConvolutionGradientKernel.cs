using NpuSim.Accelerators.Kernels.Randomness;
using NpuSim.Accelerators.Numerics;

namespace NpuSim.Accelerators.Kernels.Products;

/// <summary>
/// Gradients of a convolution as convolutions of other operands, so that they follow the same policy of accumulation. The
/// copies made here stand for addresses that an engine generates: they hold no other numbers than the operands, and zeros.
/// </summary>
public static class ConvolutionGradientKernel
{
    /// <summary>
    /// dx[b, h, w, i] = stage(Σ dy[b, oh, ow, o] · w[o, kh, kw, i]) over the windows that hold the pixel: the convolution of
    /// dy, stride − 1 zeros between its pixels, with the filters turned by 180° and their channels exchanged. Summed in the
    /// order turned kernel row, turned kernel column, output channel.
    /// </summary>
    /// <param name="shape">The convolution differentiated; no dilation.</param>
    /// <param name="dy">Of its output's shape, int8 or int16.</param>
    /// <param name="w">Its filters, int4 unpacked, int8 or int16.</param>
    /// <param name="stage">Scale and clamp.</param>
    /// <param name="dx">Of its input's shape, int8 or int16, or int32: the accumulators themselves.</param>
    /// <param name="policy">Arithmetic.</param>
    /// <param name="noise">Random numbers of stochastic rounding, by output element.</param>
    /// <exception cref="ArgumentException">An operand has another size or format.</exception>
    public static OverflowCount Input(
        in ConvolutionShape shape, Operand dy, Operand w, OutputStage stage, Operand dx, NumericPolicy policy,
        RandomAddress noise = default)
    {
        (int height, int width) = (((shape.OutputHeight - 1) * shape.StrideHeight) + 1,
            ((shape.OutputWidth - 1) * shape.StrideWidth) + 1);
        ConvolutionShape turned = new(
            shape.Batch, height, width, shape.OutputChannels, shape.KernelHeight, shape.KernelWidth, shape.InputHeight,
            shape.InputWidth,
            shape.InputChannels, PadTop: shape.KernelHeight - 1 - shape.PadTop, PadLeft: shape.KernelWidth - 1 - shape.PadLeft,
            Groups: shape.Groups);
        dy.Check(shape.OutputCount, nameof(dy));
        w.Check(shape.WeightCount, nameof(w));
        byte[] spread = Bytes(dy, turned.InputCount), filters = Bytes(w, turned.WeightCount);
        if (dy.Format == NumberFormat.Int16)
            Spread<short>(shape, width, height, dy, new Operand(spread, dy.Format));
        else
            Spread<byte>(shape, width, height, dy, new Operand(spread, dy.Format));
        if (w.Format == NumberFormat.Int16)
            Turn<short>(shape, w, new Operand(filters, w.Format));
        else
            Turn<byte>(shape, w, new Operand(filters, w.Format));
        return ConvolutionKernel.Run(
            turned, new Operand(spread, dy.Format), new Operand(filters, w.Format), ReadOnlySpan<int>.Empty, stage,
            dx, policy, noise);
    }

    /// <summary>
    /// dw[o, kh, kw, i] = Σ dy[b, oh, ow, o] · x[b, h, w, i] over images and output pixels: the convolution of x with dy as
    /// filters, images and channels exchanged, the stride as dilation. The accumulators themselves; summed in the order output
    /// row, output column, image.
    /// </summary>
    /// <param name="shape">The convolution differentiated; no dilation.</param>
    /// <param name="dy">Of its output's shape, int8 or int16.</param>
    /// <param name="x">Its input, int8 or int16, zero point 0.</param>
    /// <param name="dw">Of its filters' shape, int32.</param>
    /// <param name="policy">Arithmetic.</param>
    /// <exception cref="ArgumentException">An operand has another size or format.</exception>
    public static OverflowCount Weights(in ConvolutionShape shape, Operand dy, Operand x, Operand dw, NumericPolicy policy)
    {
        dy.Check(shape.OutputCount, nameof(dy));
        x.Check(shape.InputCount, nameof(x));
        dw.Check(shape.WeightCount, nameof(dw));
        (int channels, int filters) = (shape.InputChannels / shape.Groups, shape.OutputChannels / shape.Groups);
        ConvolutionShape exchanged = new(
            channels, shape.InputHeight, shape.InputWidth, shape.Batch, shape.OutputHeight, shape.OutputWidth, shape.KernelHeight,
            shape.KernelWidth,
            filters, PadTop: shape.PadTop, PadLeft: shape.PadLeft, DilationHeight: shape.StrideHeight,
            DilationWidth: shape.StrideWidth);
        int[] sums = new int[exchanged.OutputCount];
        Span<int> target = dw.As<int>();
        OverflowCount total = default;
        for (int group = 0; group < shape.Groups; group++)
        {
            byte[] images = Exchanged(x, shape.Batch, shape.InputHeight * shape.InputWidth, shape.InputChannels,
                group * channels, channels);
            byte[] gradients = Exchanged(dy, shape.Batch, shape.OutputHeight * shape.OutputWidth, shape.OutputChannels,
                group * filters, filters);
            total += ConvolutionKernel.Run(
                exchanged, new Operand(images, x.Format), new Operand(gradients, dy.Format), ReadOnlySpan<int>.Empty,
                OutputStage.Raw, sums.AsSpan(), policy);
            int taps = shape.KernelHeight * shape.KernelWidth;
            for (int o = 0; o < filters; o++)
            {
                for (int tap = 0; tap < taps; tap++)
                {
                    for (int i = 0; i < channels; i++)
                        target[((((group * filters) + o) * taps) + tap) * channels + i] =
                            sums[(((i * taps) + tap) * filters) + o];
                }
            }
        }

        return total;
    }

    private static byte[] Bytes(Operand like, long count) => new byte[count * (like.Format == NumberFormat.Int16 ? 2 : 1)];

    // [B, OH, OW, O] with zeros between the pixels.
    private static void Spread<T>(in ConvolutionShape shape, int width, int height, Operand from, Operand to)
        where T : unmanaged
    {
        ReadOnlySpan<T> source = from.As<T>();
        Span<T> target = to.As<T>();
        int channels = shape.OutputChannels;
        for (int pixel = 0; pixel < shape.Positions; pixel++)
        {
            (int outer, int column) = Math.DivRem(pixel, shape.OutputWidth);
            (int image, int row) = Math.DivRem(outer, shape.OutputHeight);
            int at = (((image * height) + (row * shape.StrideHeight)) * width) + (column * shape.StrideWidth);
            source.Slice(pixel * channels, channels).CopyTo(target[(at * channels)..]);
        }
    }

    // [O, KH, KW, C/g] as [C, KH, KW, O/g], turned by 180°.
    private static void Turn<T>(in ConvolutionShape shape, Operand from, Operand to)
        where T : unmanaged
    {
        ReadOnlySpan<T> source = from.As<T>();
        Span<T> target = to.As<T>();
        (int channels, int filters) = (shape.InputChannels / shape.Groups, shape.OutputChannels / shape.Groups);
        int taps = shape.KernelHeight * shape.KernelWidth;
        for (int o = 0; o < shape.OutputChannels; o++)
        {
            (int group, int own) = Math.DivRem(o, filters);
            for (int tap = 0; tap < taps; tap++)
            {
                for (int i = 0; i < channels; i++)
                    target[(((((group * channels) + i) * taps) + (taps - 1 - tap)) * filters) + own] =
                        source[(((o * taps) + tap) * channels) + i];
            }
        }
    }

    // Some channels of [B, P, C] as [channels, P, B].
    private static byte[] Exchanged(Operand from, int batch, int pixels, int channels, int first, int count)
    {
        byte[] bytes = Bytes(from, (long)count * pixels * batch);
        if (from.Format == NumberFormat.Int16)
            Exchange(from.As<short>(), new Operand(bytes, from.Format).As<short>());
        else
            Exchange<byte>(from.Bytes, bytes);
        return bytes;

        void Exchange<T>(ReadOnlySpan<T> source, Span<T> target)
        {
            for (int p = 0; p < pixels; p++)
            {
                for (int c = 0; c < count; c++) // of a pixel's lines each is read count times while it is near
                {
                    Span<T> images = target.Slice(((c * pixels) + p) * batch, batch);
                    for (int b = 0, at = (p * channels) + first + c; b < images.Length; b++, at += pixels * channels)
                        images[b] = source[at];
                }
            }
        }
    }
}
