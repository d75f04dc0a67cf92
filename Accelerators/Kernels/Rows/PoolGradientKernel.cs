using NpuSim.Accelerators.Kernels.Elements;
using NpuSim.Accelerators.Kernels.Products;
using NpuSim.Accelerators.Kernels.Randomness;
using NpuSim.Accelerators.Numerics;

namespace NpuSim.Accelerators.Kernels.Rows;

/// <summary>
/// Gradients of pooling. Max: the first largest pixel of each window, row by row, gets the window's dy. Average: every pixel
/// gets an equal share of it.
/// </summary>
public static unsafe class PoolGradientKernel
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
        fixed (byte* px = x.Bytes, to = places.Bytes)
        {
            for (int i = 0; i < shape.OutputCount; i++)
            {
                int best = -1;
                long largest = 0;
                for (int tap = 0; tap < shape.KernelHeight * shape.KernelWidth; tap++)
                {
                    long at = At(shape, i, tap);
                    if (at < 0)
                        continue;
                    long value = IntegerAccess.Read(px, x.Format, at);
                    if (best < 0 || value > largest)
                        (best, largest) = (tap, value);
                }

                ((sbyte*)to)[i] = (sbyte)best;
            }
        }
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
        fixed (byte* py = dy.Bytes, chosen = places.Bytes, px = dx.Bytes)
        {
            for (int i = 0; i < shape.OutputCount; i++)
                sums[At(shape, i, ((sbyte*)chosen)[i])] += (int)IntegerAccess.Read(py, dy.Format, i);
            for (int i = 0; i < sums.Length; i++)
                IntegerAccess.Write(px, dx.Format, i, IntegerAccess.Narrow(sums[i], dx.Format, policy.Narrowing));
        }
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
        int taps = shape.KernelHeight * shape.KernelWidth, size = IntegerAccess.Bytes(dx.Format);
        byte[]?[] shares = new byte[]?[taps + 1]; // by n: few occur
        OverflowCount count = default;
        dx.Bytes.Clear();
        for (int i = 0; i < shape.OutputCount; i++)
        {
            int n = 0;
            for (int tap = 0; tap < taps; tap++)
                n += At(shape, i, tap) < 0 ? 0 : 1;
            if (shares[n] is null)
            {
                shares[n] = new byte[shape.OutputCount * size];
                count += ElementwiseKernel.Requantize(dy, FixedScale.FromDouble(factor / n),
                    new Operand(shares[n], dx.Format), policy, noise);
            }

            for (int tap = 0; tap < taps; tap++)
            {
                if (At(shape, i, tap) is >= 0 and var at)
                    shares[n].AsSpan(i * size, size).CopyTo(dx.Bytes[(int)(at * size)..]);
            }
        }

        return count;
    }

    // Element of the input that a tap of an output's window reads; −1 in the padding.
    private static long At(in ConvolutionShape shape, int output, int tap)
    {
        (int pixel, int channel) = Math.DivRem(output, shape.OutputChannels);
        (int outer, int ow) = Math.DivRem(pixel, shape.OutputWidth);
        (int image, int oh) = Math.DivRem(outer, shape.OutputHeight);
        int h = (oh * shape.StrideHeight) - shape.PadTop + (tap / shape.KernelWidth),
            w = (ow * shape.StrideWidth) - shape.PadLeft + (tap % shape.KernelWidth);
        return (uint)h < (uint)shape.InputHeight && (uint)w < (uint)shape.InputWidth
            ? ((((long)image * shape.InputHeight) + h) * shape.InputWidth + w) * shape.InputChannels + channel
            : -1;
    }
}
