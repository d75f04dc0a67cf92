using System.Numerics;
using NpuSim.Accelerators.Kernels.Elements;
using NpuSim.Accelerators.Kernels.Products;
using NpuSim.Accelerators.Kernels.Randomness;
using NpuSim.Accelerators.Numerics;

namespace NpuSim.Accelerators.Kernels.Rows;

/// <summary>
/// Gradients of pooling. Max: the first largest pixel of each window, row by row, gets the window's dy. Average: every pixel
/// gets an equal share of it.
/// </summary>
public static class PoolGradientKernel
{
    /// <summary>
    /// dx from dy and the images. A pixel that several windows choose gets the sum, in 32 bits, narrowed at the end.
    /// </summary>
    /// <param name="shape">Extents of the pooling; channels alike.</param>
    /// <param name="dy">[B, OH, OW, C], int8 or int16.</param>
    /// <param name="x">[B, H, W, C], int8 or int16.</param>
    /// <param name="dx">[B, H, W, C] in dy's format and scale.</param>
    /// <param name="policy">What a sum outside the format becomes.</param>
    public static void Max(in ConvolutionShape shape, Operand dy, Operand x, Operand dx, NumericPolicy policy)
    {
        x.Check(shape.InputCount, nameof(x));
        sbyte[] places = new sbyte[shape.OutputCount];
        Places(shape, x, places.AsSpan());
        Route(shape, dy, places.AsSpan(), dx, policy);
    }

    /// <summary>Where in its window each maximum lies, row by row from 0, padding counted.</summary>
    /// <param name="shape">Extents of the pooling; at most 128 pixels to a window.</param>
    /// <param name="x">[B, H, W, C], int8 or int16.</param>
    /// <param name="places">[B, OH, OW, C], int8.</param>
    public static void Places(in ConvolutionShape shape, Operand x, Operand places)
    {
        x.Check(shape.InputCount, nameof(x));
        places.Check(shape.OutputCount, nameof(places));
        if (IntegerAccess.Bytes(x.Format) == 1)
            Places(shape, x.As<sbyte>(), places.As<sbyte>());
        else
            Places(shape, x.As<short>(), places.As<sbyte>());
    }

    /// <summary>
    /// dx from dy and the places of the maxima. A pixel that several windows choose gets the sum, narrowed at the end.
    /// </summary>
    /// <param name="shape">Extents of the pooling.</param>
    /// <param name="dy">[B, OH, OW, C], int8 or int16.</param>
    /// <param name="places">[B, OH, OW, C], int8.</param>
    /// <param name="dx">[B, H, W, C] in dy's format and scale.</param>
    /// <param name="policy">What a sum outside the format becomes.</param>
    public static void Route(in ConvolutionShape shape, Operand dy, Operand places, Operand dx, NumericPolicy policy)
    {
        dy.Check(shape.OutputCount, nameof(dy));
        places.Check(shape.OutputCount, nameof(places));
        dx.Check(shape.InputCount, nameof(dx));
        int[] sums = new int[shape.InputCount];
        if (IntegerAccess.Bytes(dy.Format) == 1)
            Route(shape, dy.As<sbyte>(), places.As<sbyte>(), sums);
        else
            Route(shape, dy.As<short>(), places.As<sbyte>(), sums);
        if (IntegerAccess.Bytes(dx.Format) == 1)
            Narrow(sums, dx.Format, policy.Narrowing, dx.As<sbyte>());
        else
            Narrow(sums, dx.Format, policy.Narrowing, dx.As<short>());
    }

    /// <summary>
    /// dx = rq(dy, factor / n), n being the pixels of the window that lie in the image; 0 where no window reads. Windows do not
    /// overlap.
    /// </summary>
    /// <param name="shape">Extents of the pooling.</param>
    /// <param name="dy">[B, OH, OW, C], int8 or int16.</param>
    /// <param name="factor">Δdy/Δdx.</param>
    /// <param name="dx">[B, H, W, C], int8 or int16.</param>
    /// <param name="policy">Arithmetic.</param>
    /// <param name="noise">Random numbers of stochastic rounding, by element of dy.</param>
    public static OverflowCount Average(
        in ConvolutionShape shape, Operand dy, double factor, Operand dx, NumericPolicy policy, RandomAddress noise = default)
    {
        dx.Check(shape.InputCount, nameof(dx));
        int taps = shape.KernelHeight * shape.KernelWidth, size = IntegerAccess.Bytes(dx.Format) * shape.OutputChannels;
        byte[]?[] shares = new byte[]?[taps + 1]; // by n: few occur
        OverflowCount count = default;
        dx.Bytes.Clear();
        for (int pixel = 0; pixel < shape.Positions; pixel++)
        {
            int n = 0;
            for (int tap = 0; tap < taps; tap++)
                n += Pixel(shape, pixel, tap) < 0 ? 0 : 1;
            if (shares[n] is null)
            {
                shares[n] = new byte[shape.OutputCount * IntegerAccess.Bytes(dx.Format)];
                count += ElementwiseKernel.Requantize(dy, FixedScale.FromDouble(factor / n),
                    new Operand(shares[n], dx.Format), policy, noise);
            }

            for (int tap = 0; tap < taps; tap++)
            {
                if (Pixel(shape, pixel, tap) is >= 0 and var at)
                    shares[n].AsSpan(pixel * size, size).CopyTo(dx.Bytes[(int)(at * size)..]);
            }
        }

        return count;
    }

    /// <summary>
    /// The same where windows overlap: dx = rq(Σ dy · round(2¹⁵/n), factor / 2¹⁵) over the windows that read a pixel, sums in 32
    /// bits.
    /// </summary>
    /// <param name="shape">Extents of the pooling; at most 256 pixels to a window.</param>
    /// <param name="dy">[B, OH, OW, C], int8.</param>
    /// <param name="factor">Δdy/Δdx.</param>
    /// <param name="dx">[B, H, W, C], int8 or int16.</param>
    /// <param name="policy">Arithmetic.</param>
    /// <param name="noise">Random numbers of stochastic rounding, by element of dx.</param>
    public static OverflowCount AverageOverlapping(
        in ConvolutionShape shape, Operand dy, double factor, Operand dx, NumericPolicy policy, RandomAddress noise = default)
    {
        dy.Check(shape.OutputCount, nameof(dy));
        dx.Check(shape.InputCount, nameof(dx));
        const int fraction = 15;
        int taps = shape.KernelHeight * shape.KernelWidth, channels = shape.OutputChannels;
        ReadOnlySpan<sbyte> slopes = dy.As<sbyte>();
        int[] sums = new int[shape.InputCount];
        for (int pixel = 0; pixel < shape.Positions; pixel++)
        {
            int n = 0;
            for (int tap = 0; tap < taps; tap++)
                n += Pixel(shape, pixel, tap) < 0 ? 0 : 1;
            int share = n == 0 ? 0 : ((1 << fraction) + (n / 2)) / n;
            for (int tap = 0; tap < taps; tap++)
            {
                if (Pixel(shape, pixel, tap) is not (>= 0 and var at))
                    continue;
                for (int c = 0; c < channels; c++)
                    sums[(at * channels) + c] += share * slopes[(pixel * channels) + c];
            }
        }

        return ElementwiseKernel.Requantize(sums.AsSpan(), FixedScale.FromDouble(Math.ScaleB(factor, -fraction)), dx, policy,
            noise);
    }

    private static void Places<T>(in ConvolutionShape shape, ReadOnlySpan<T> x, Span<sbyte> places)
        where T : unmanaged, IBinaryInteger<T>
    {
        int channels = shape.OutputChannels, taps = shape.KernelHeight * shape.KernelWidth;
        T[] largest = new T[channels];
        for (int pixel = 0; pixel < shape.Positions; pixel++)
        {
            Span<sbyte> place = places.Slice(pixel * channels, channels);
            bool any = false;
            for (int tap = 0; tap < taps; tap++)
            {
                long at = Pixel(shape, pixel, tap);
                if (at < 0)
                    continue;
                ReadOnlySpan<T> values = x.Slice((int)(at * channels), channels);
                if (!any)
                {
                    values.CopyTo(largest);
                    place.Fill((sbyte)tap);
                    any = true;
                    continue;
                }

                for (int c = 0; c < values.Length; c++)
                {
                    bool larger = values[c] > largest[c];
                    largest[c] = larger ? values[c] : largest[c];
                    place[c] = larger ? (sbyte)tap : place[c];
                }
            }
        }
    }

    private static void Route<T>(in ConvolutionShape shape, ReadOnlySpan<T> dy, ReadOnlySpan<sbyte> places, Span<int> sums)
        where T : unmanaged, IBinaryInteger<T>
    {
        int channels = shape.OutputChannels, taps = shape.KernelHeight * shape.KernelWidth;
        int[] starts = new int[taps]; // first element of the pixel that each tap reads
        for (int pixel = 0, i = 0; pixel < shape.Positions; pixel++)
        {
            for (int tap = 0; tap < taps; tap++)
                starts[tap] = (int)Pixel(shape, pixel, tap) * channels;
            for (int c = 0; c < channels; c++, i++)
                sums[starts[places[i]] + c] += int.CreateTruncating(dy[i]);
        }
    }

    private static void Narrow<T>(ReadOnlySpan<int> sums, NumberFormat format, Narrowing narrowing, Span<T> dx)
        where T : unmanaged, IBinaryInteger<T>
    {
        int least = (int)format.MinValue(), greatest = (int)format.MaxValue(), unused = 32 - format.Bits();
        for (int i = 0; i < dx.Length; i++)
            dx[i] = T.CreateTruncating(
                narrowing == Narrowing.Saturate ? Math.Clamp(sums[i], least, greatest) : (sums[i] << unused) >> unused);
    }

    // Pixel of the input that a tap of an output pixel's window reads; −1 in the padding.
    private static long Pixel(in ConvolutionShape shape, int pixel, int tap)
    {
        (int outer, int ow) = Math.DivRem(pixel, shape.OutputWidth);
        (int image, int oh) = Math.DivRem(outer, shape.OutputHeight);
        int h = (oh * shape.StrideHeight) - shape.PadTop + (tap / shape.KernelWidth),
            w = (ow * shape.StrideWidth) - shape.PadLeft + (tap % shape.KernelWidth);
        return (uint)h < (uint)shape.InputHeight && (uint)w < (uint)shape.InputWidth
            ? (((long)image * shape.InputHeight) + h) * shape.InputWidth + w
            : -1;
    }
}
