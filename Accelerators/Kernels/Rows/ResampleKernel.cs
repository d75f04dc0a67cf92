using NpuSim.Accelerators.Kernels.Elements;
using NpuSim.Accelerators.Kernels.Randomness;
using NpuSim.Accelerators.Numerics;

namespace NpuSim.Accelerators.Kernels.Rows;

/// <summary>
/// Interpolation along an axis with factors of 10 fractional bits: Σ x·w exactly. Of two axes the first leaves its sums as int32,
/// whose 10 fractional bits the second adds to its own, so that what both make is rounded once (TFLite's ResizeBilinearInteger).
/// </summary>
public static class ResampleKernel
{
    /// <summary>Fractional bits of a factor.</summary>
    public const int FractionBits = 10;

    /// <summary>A factor as the kernel has it.</summary>
    public static int Factor(float factor) => (int)MathF.Round(factor * (1 << FractionBits), MidpointRounding.AwayFromZero);

    /// <summary>Fractional bits of the sums of an operand.</summary>
    public static int BitsAfter(NumberFormat x) => x == NumberFormat.Int32 ? 2 * FractionBits : FractionBits;

    /// <summary>Runs.</summary>
    /// <param name="x">[outer, size, inner], int8, int16 or int32.</param>
    /// <param name="taps">For each index of the result the operand's indices, 0..size−1, and their factors.</param>
    /// <param name="size">Extent of the operand's axis.</param>
    /// <param name="inner">Elements of one index of the axis.</param>
    /// <param name="stage">From the sums to y, without effect where y has 32 bits; null: the fractional bits are rounded off,
    /// half away from zero.</param>
    /// <param name="y">[outer, number of taps, inner]: int32, or the format of the result.</param>
    /// <param name="policy">Arithmetic.</param>
    /// <param name="noise">Random numbers of stochastic rounding, by element of y.</param>
    /// <returns>Sums, and how many of them left 32 bits and were clamped.</returns>
    /// <exception cref="ArgumentException">Sizes do not fit.</exception>
    public static OverflowCount Run(
        Operand x, (int From, int Factor)[][] taps, int size, int inner, OutputStage? stage, Operand y, NumericPolicy policy,
        RandomAddress noise = default)
    {
        ArgumentNullException.ThrowIfNull(taps);
        int outer = x.Count() / (size * inner);
        x.Check((long)outer * size * inner, nameof(x));
        y.Check((long)outer * taps.Length * inner, nameof(y));
        int[] sums = new int[y.Count()];
        long overflowed = IntegerAccess.Bytes(x.Format) switch
        {
            1 => Add(x.As<sbyte>(), taps, size, inner, sums),
            2 => Add(x.As<short>(), taps, size, inner, sums),
            _ => Add(x.As<int>(), taps, size, inner, sums),
        };
        if (y.Format == NumberFormat.Int32)
        {
            sums.CopyTo(y.As<int>());
            return new OverflowCount(sums.Length, overflowed, 0);
        }

        if (stage is null)
        {
            int bits = BitsAfter(x.Format);
            for (int i = 0; i < sums.Length; i++)
                sums[i] = (int)RoundHalfAway.ShiftRight((long)sums[i], bits, 0);
        }

        return ElementwiseKernel.Requantize(sums.AsSpan(), stage ?? OutputStage.Raw, y, policy, noise) with
        {
            Overflowed = overflowed,
        };
    }

    private static long Add<T>(ReadOnlySpan<T> x, (int From, int Factor)[][] taps, int size, int inner, int[] sums)
        where T : unmanaged, System.Numerics.IBinaryInteger<T>
    {
        long overflowed = 0;
        for (int to = 0, line = 0; to < sums.Length; to += inner, line++)
        {
            (int o, int index) = Math.DivRem(line, taps.Length);
            for (int i = 0; i < inner; i++)
            {
                long sum = 0;
                foreach ((int from, int factor) in taps[index])
                    sum += long.CreateTruncating(x[(((o * size) + from) * inner) + i]) * factor;
                sums[to + i] = (int)Math.Clamp(sum, int.MinValue, int.MaxValue);
                overflowed += sums[to + i] == sum ? 0 : 1;
            }
        }

        return overflowed;
    }
}
