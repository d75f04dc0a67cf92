using NpuSim.Accelerators.Numerics;

namespace NpuSim.Accelerators.Kernels.Products;

/// <summary>
/// Proofs that order does not matter. |Σ aᵢwᵢ| ≤ ‖a‖·‖w‖ (Cauchy–Schwarz) holds for the whole sum and for every part of it, so
/// a product of norms below the accumulator's range, less the bias, rules out every overflow on the way.
/// </summary>
internal static unsafe class Bounds
{
    /// <summary>Bits of the accumulator that outputs come from.</summary>
    public static int OutputBits(AccumulatorPolicy policy) => policy.BlockMacs > 0 ? policy.OuterBits : policy.Bits;

    /// <summary>
    /// The policy as one accumulator: where no inner sum of a block can overflow, the blocks are groups of the outer
    /// accumulator. Null where
    /// one can.
    /// </summary>
    /// <param name="policy">The accumulator.</param>
    /// <param name="product">Bound of every partial sum of products.</param>
    public static AccumulatorPolicy? WithoutBlocks(AccumulatorPolicy policy, double product)
    {
        if (policy.BlockMacs == 0)
            return policy;
        return product <= Limit(policy.Bits) ? new AccumulatorPolicy(policy.OuterBits, policy.Overflow, policy.BlockMacs) : null;
    }

    /// <summary>True when sums may be formed in any order in 32-bit lanes without changing value or counts.</summary>
    /// <param name="policy">One accumulator, no blocks.</param>
    /// <param name="product">Bound of every partial sum of products, not below the true value.</param>
    /// <param name="bias">Bound of the magnitude of what the accumulator starts at.</param>
    public static bool Allow(AccumulatorPolicy policy, double product, long bias)
    {
        if (product > int.MaxValue)
            return false;
        if (policy.Overflow == Overflow.SaturateOnDrain)
            return policy.Bits > 32 ? product + bias < long.MaxValue / 2 : product + bias <= int.MaxValue;
        return product + bias <= Limit(policy.Bits) && (policy.Bits > 32 || product + bias <= int.MaxValue);
    }

    /// <summary>Clamps sums that leave a saturate-on-drain accumulator and counts them; other accumulators pass.</summary>
    public static long Drain(AccumulatorPolicy policy, long* sums, in OutputTile tile)
    {
        if (policy.Overflow != Overflow.SaturateOnDrain)
            return 0;
        int bits = OutputBits(policy);
        long clamped = 0, max = (long)((1UL << (bits - 1)) - 1), min = -max - 1;
        for (int i = 0; i < tile.Rows * tile.Stride; i++)
        {
            long value = Math.Clamp(sums[i], min, max);
            clamped += value == sums[i] || i % tile.Stride >= tile.Columns ? 0 : 1;
            sums[i] = value;
        }

        return clamped;
    }

    /// <summary>The same for sums of 32 bits.</summary>
    public static long Drain(AccumulatorPolicy policy, int* sums, in OutputTile tile)
    {
        if (policy.Overflow != Overflow.SaturateOnDrain)
            return 0;
        int bits = OutputBits(policy);
        int max = (int)((1L << (bits - 1)) - 1), min = -max - 1;
        long clamped = 0;
        for (int i = 0; i < tile.Rows * tile.Stride; i++)
        {
            int value = Math.Clamp(sums[i], min, max);
            clamped += value == sums[i] || i % tile.Stride >= tile.Columns ? 0 : 1;
            sums[i] = value;
        }

        return clamped;
    }

    // Doubles hold 53 bits; above that the limit is lowered so that rounding cannot hide an overflow.
    private static double Limit(int bits) => bits <= 53 ? (1L << (bits - 1)) - 1 : Math.ScaleB(1, bits - 1) * (1 - 1e-12);
}
