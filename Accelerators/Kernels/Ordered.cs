using NpuSim.Accelerators.Numerics;

namespace NpuSim.Accelerators.Kernels;

/// <summary>Accumulation in the exact order of the policy, on packed panels.</summary>
internal static unsafe class Ordered
{
    /// <summary>sums[c] = drained accumulator of one row and each column; returns how many overflowed.</summary>
    public static long Row(AccumulatorPolicy policy, int depth, int* left, int* right, long* bias, int width, long* sums) =>
        policy.Overflow switch
        {
            Overflow.Wrap => Row<Wrapping>(policy, depth, left, right, bias, width, sums),
            Overflow.Saturate => Row<Saturating>(policy, depth, left, right, bias, width, sums),
            _ => Row<SaturatingOnDrain>(policy, depth, left, right, bias, width, sums),
        };

    private static long Row<TOverflow>(
        AccumulatorPolicy policy, int depth, int* left, int* right, long* bias, int width, long* sums)
        where TOverflow : struct, IOverflow
    {
        long overflowed = 0;
        for (int c = 0; c < width; c++)
        {
            Accumulator<TOverflow> accumulator = new(policy, bias == null ? 0 : bias[c]);
            for (int i = 0; i < depth; i++)
            {
                short a = ((short*)(left + ((long)(i >> 1) * Tile.Rows)))[i & 1];
                short b = ((short*)(right + ((long)(i >> 1) * Tile.Columns) + c))[i & 1];
                accumulator.Step(a * b);
            }

            sums[c] = accumulator.Drain();
            overflowed += accumulator.Overflowed ? 1 : 0;
        }

        return overflowed;
    }
}
