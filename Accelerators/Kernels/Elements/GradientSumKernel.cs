using NpuSim.Accelerators.Kernels.Randomness;
using NpuSim.Accelerators.Numerics;

namespace NpuSim.Accelerators.Kernels.Elements;

/// <summary>
/// Sum of what two uses of one weight add to its gradient: both are brought to the scale of the sum, which is the coarser of
/// theirs, and added in 64 bits.
/// </summary>
public static unsafe class GradientSumKernel
{
    /// <summary>y = clamp₃₂(rq(a, scale a) + rq(b, scale b)).</summary>
    /// <param name="a">[n], int8, int16 or int32.</param>
    /// <param name="scaleA">Factor from a to y; null: the same scale, and a is taken as it is.</param>
    /// <param name="b">[n], int8, int16 or int32.</param>
    /// <param name="scaleB">Factor from b to y, likewise.</param>
    /// <param name="y">[n] sums; may be a or b.</param>
    /// <param name="policy">Arithmetic.</param>
    /// <param name="noise">Random numbers of stochastic rounding, by element: at most one of both is rounded.</param>
    /// <exception cref="ArgumentException">Sizes differ.</exception>
    public static OverflowCount Run(
        Operand a, FixedScale? scaleA, Operand b, FixedScale? scaleB, Span<int> y, NumericPolicy policy,
        RandomAddress noise = default)
    {
        a.Check(y.Length, nameof(a));
        b.Check(y.Length, nameof(b));
        int[] left = Aligned(a, scaleA, policy, noise), right = Aligned(b, scaleB, policy, noise);
        long overflowed = 0;
        for (int i = 0; i < y.Length; i++)
        {
            long sum = (long)left[i] + right[i];
            y[i] = (int)IntegerAccess.Narrow(sum, NumberFormat.Int32, Narrowing.Saturate);
            overflowed += y[i] == sum ? 0 : 1;
        }

        return new OverflowCount(y.Length, overflowed, 0);
    }

    private static int[] Aligned(Operand x, FixedScale? scale, NumericPolicy policy, RandomAddress noise)
    {
        int[] aligned = new int[x.Count()];
        if (scale is { } factor)
        {
            ElementwiseKernel.Requantize(x, factor, aligned.AsSpan(), policy, noise);
            return aligned;
        }

        fixed (byte* px = x.Bytes)
        {
            for (int i = 0; i < aligned.Length; i++)
                aligned[i] = (int)IntegerAccess.Read(px, x.Format, i);
        }

        return aligned;
    }
}
