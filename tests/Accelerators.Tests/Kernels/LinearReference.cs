using NpuSim.Accelerators.Kernels;
using NpuSim.Accelerators.Kernels.Products;
using NpuSim.Accelerators.Numerics;

namespace NpuSim.Accelerators.Tests.Kernels;

/// <summary>The textbook loops of a linear layer, one product at a time, in Int128: what every path must equal.</summary>
internal static class LinearReference
{
    public static OverflowCount Run(
        int m, int n, int k, int[] x, int[] w, long[] bias, OutputStage stage, long[] y, NumberFormat format,
            NumericPolicy policy)
    {
        long overflowed = 0, clipped = 0;
        for (int i = 0; i < m; i++)
        {
            for (int j = 0; j < n; j++)
            {
                bool left = false;
                long sum = Accumulate(i, j, k, x, w, bias.Length == 0 ? 0 : bias[j], stage, policy.Accumulator, ref left);
                overflowed += left ? 1 : 0;
                long exact = format == NumberFormat.Int32
                    ? sum
                    : RequantizeReference.Run(sum, stage.Scale(j), stage.OutputZeroPoint, policy);
                int bits = format.Bits();
                long narrowed = policy.Narrowing == Narrowing.Saturate
                    ? Math.Clamp(exact, -(1L << (bits - 1)), (1L << (bits - 1)) - 1)
                    : Wrap(exact, bits);
                clipped += narrowed == exact ? 0 : 1;
                y[(i * n) + j] = format == NumberFormat.Int32 ? narrowed : Math.Clamp(narrowed, stage.Minimum, stage.Maximum);
            }
        }

        return new OverflowCount((long)m * n, overflowed, clipped);
    }

    private static long Accumulate(
        int i, int j, int k, int[] x, int[] w, long bias, OutputStage stage, AccumulatorPolicy policy, ref bool left)
    {
        int block = policy.BlockMacs == 0 ? int.MaxValue : policy.BlockMacs;
        int outerBits = policy.BlockMacs == 0 ? policy.Bits : policy.OuterBits;
        Int128 outer = Enter(bias, outerBits, policy.Overflow, ref left);
        Int128 inner = policy.BlockMacs == 0 ? outer : 0;
        for (int start = 0; start < k; start += block)
        {
            int end = (int)Math.Min((long)start + block, k);
            for (int g = start; g < end; g += policy.GroupMacs)
            {
                Int128 group = 0;
                for (int p = g; p < Math.Min(end, (long)g + policy.GroupMacs); p++)
                    group += (Int128)(x[(i * k) + p] + stage.InputOffset) * (w[(j * k) + p] + stage.WeightOffset);
                inner = Enter(inner + group, policy.Bits, policy.Overflow, ref left);
            }

            if (policy.BlockMacs > 0)
            {
                outer = Enter(outer + Leave(inner, policy.Bits, policy.Overflow, ref left), outerBits, policy.Overflow, ref left);
                inner = 0;
            }
        }

        return (long)Leave(policy.BlockMacs > 0 ? outer : inner, outerBits, policy.Overflow, ref left);
    }

    private static Int128 Enter(Int128 sum, int bits, Overflow overflow, ref bool left)
    {
        Int128 max = (Int128.One << (bits - 1)) - 1, min = -max - 1;
        if (overflow == Overflow.SaturateOnDrain || (sum >= min && sum <= max))
            return sum;
        left = true;
        if (overflow == Overflow.Saturate)
            return sum > max ? max : min;
        Int128 span = Int128.One << bits, low = ((sum % span) + span) % span;
        return low > max ? low - span : low;
    }

    private static Int128 Leave(Int128 sum, int bits, Overflow overflow, ref bool left) =>
        overflow == Overflow.SaturateOnDrain ? Enter(sum, bits, Overflow.Saturate, ref left) : sum;

    private static long Wrap(long value, int bits) => (value << (64 - bits)) >> (64 - bits);
}
