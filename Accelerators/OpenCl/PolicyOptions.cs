using System.Globalization;
using NpuSim.Accelerators.Kernels.Products;
using NpuSim.Accelerators.Kernels.Randomness;
using NpuSim.Accelerators.Numerics;

namespace NpuSim.Accelerators.OpenCl;

/// <summary>A numeric policy as build options of the kernels (Kernels/*.cl say what each means).</summary>
internal static class PolicyOptions
{
    /// <summary>Options of every program.</summary>
    public static string Of(NumericPolicy policy, bool isSequential) => string.Create(
        CultureInfo.InvariantCulture,
        $"-DROUNDING={(int)policy.Rounding} -DREQUANTIZATION={(int)policy.Requantization} "
        + $"-DNARROWING={(policy.Narrowing == Narrowing.Saturate ? "SATURATE" : "WRAP")} "
        + $"-DRANDOM_MASK={uint.MaxValue << (32 - policy.RandomBits)}u "
        + $"-DZERO_POINT_BEFORE={(policy.ZeroPointBeforeRounding ? 1 : 0)} "
        + $"-DSEQUENTIAL={(isSequential ? 1 : 0)} -DONE={Perturbation.One}");

    /// <summary>Options of matrix products.</summary>
    public static string OfProducts(NumericPolicy policy, TileShape shape, bool isSequential) =>
        $"{DotProducts.Standard(shape.Dot)} {Of(policy, isSequential)} {Of(policy.Accumulator)} {shape.Options}";

    /// <summary>Options of the accumulator.</summary>
    public static string Of(AccumulatorPolicy policy)
    {
        string overflow = policy.Overflow switch
        {
            Overflow.Wrap => "WRAP",
            Overflow.Saturate => "SATURATE",
            _ => "SATURATE_ON_DRAIN",
        };
        (long products, long sum) = FreeLimits(policy);
        return string.Create(
            CultureInfo.InvariantCulture,
            $"-DACCUMULATOR_BITS={policy.Bits} -DOUTER_BITS={policy.OuterBits} -DGROUP_MACS={policy.GroupMacs} "
            + $"-DBLOCK_MACS={policy.BlockMacs} -DOVERFLOW={overflow} -DFREE_PRODUCTS={products}L -DFREE_SUM={sum}L");
    }

    /// <summary>
    /// Largest magnitudes that a sum of any of the products, and that sum with the bias, may reach for the order of addition to
    /// be free: products stay in 32-bit lanes and in the inner accumulator, sums with bias in the outer one. A sum that is looked
    /// at only as it drains may go as far as its register.
    /// </summary>
    internal static (long Products, long Sum) FreeLimits(AccumulatorPolicy policy)
    {
        int outer = Bounds.OutputBits(policy);
        long products = policy.BlockMacs > 0 ? Math.Min(int.MaxValue, Largest(policy.Bits)) : int.MaxValue;
        long sum = policy.Overflow != Overflow.SaturateOnDrain ? Largest(outer) : outer > 32 ? 1L << 62 : int.MaxValue;
        return (products, sum);
    }

    private static long Largest(int bits) => (long)((1UL << (bits - 1)) - 1);
}
