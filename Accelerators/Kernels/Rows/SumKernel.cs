using System.Numerics;
using NpuSim.Accelerators.Kernels.Elements;
using NpuSim.Accelerators.Kernels.Randomness;
using NpuSim.Accelerators.Numerics;

namespace NpuSim.Accelerators.Kernels.Rows;

/// <summary>Sums of elements, exact in 64 bits: y[t] = Σ x[i] over the i that go to t.</summary>
public static class SumKernel
{
    /// <summary>Runs.</summary>
    /// <param name="x">[n], any integer format.</param>
    /// <param name="targets">[n] which sum each element belongs to.</param>
    /// <param name="stage">From the sum to y, its input offset being added to the sum; without effect where y has 32
    /// bits.</param>
    /// <param name="y">
    /// The sums: int32, clamped to 32 bits, in x's scale; int8 and int16 from those 32 bits, requantised.
    /// </param>
    /// <param name="policy">Arithmetic.</param>
    /// <param name="noise">Random numbers of stochastic rounding, by sum.</param>
    /// <exception cref="ArgumentException">Sizes do not fit.</exception>
    public static OverflowCount Run(Operand x, ReadOnlySpan<int> targets, OutputStage stage, Operand y, NumericPolicy policy,
        RandomAddress noise = default)
    {
        x.Check(targets.Length, nameof(x));
        long[] sums = new long[y.Count()];
        switch (IntegerAccess.Bytes(x.Format))
        {
            case 1: Add(x.As<sbyte>(), targets, sums); break;
            case 2: Add(x.As<short>(), targets, sums); break;
            case 4: Add(x.As<int>(), targets, sums); break;
            default: Add(x.As<long>(), targets, sums); break;
        }

        int[] clamped = new int[sums.Length];
        long overflowed = 0;
        for (int t = 0; t < sums.Length; t++)
        {
            clamped[t] = (int)IntegerAccess.Narrow(sums[t], NumberFormat.Int32, Narrowing.Saturate);
            overflowed += clamped[t] == sums[t] ? 0 : 1;
        }

        if (y.Format != NumberFormat.Int32)
            return ElementwiseKernel.Requantize(clamped.AsSpan(), stage, y, policy, noise) with { Overflowed = overflowed };
        clamped.CopyTo(y.As<int>());
        return new OverflowCount(sums.Length, overflowed, 0);
    }

    private static void Add<T>(ReadOnlySpan<T> x, ReadOnlySpan<int> targets, Span<long> sums)
        where T : unmanaged, IBinaryInteger<T>
    {
        for (int i = 0; i < x.Length; i++)
            sums[targets[i]] += long.CreateTruncating(x[i]);
    }
}
