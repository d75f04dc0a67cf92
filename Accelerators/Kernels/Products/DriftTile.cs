using System.Numerics;
using System.Runtime.Intrinsics;
using NpuSim.Accelerators.Numerics;

namespace NpuSim.Accelerators.Kernels.Products;

/// <summary>
/// A tile whose norms do not rule out an overflow as a whole. It runs segment by segment: where no sum is nearer to the end of
/// the range than the segment's own bound, the segment's order is free; where one is, the segment follows the policy's order.
/// </summary>
internal static unsafe class DriftTile
{
    /// <summary>Products per segment: a multiple of the group and of 16, 64 where that allows.</summary>
    public static int Segment(AccumulatorPolicy policy, int depth)
    {
        long whole = (depth + 15L) & ~15L, segment = 16;
        while (segment % policy.GroupMacs != 0 && segment < whole)
            segment += 16;
        while (segment < 64)
            segment *= 2;
        return (int)Math.Max(16, Math.Min(segment, whole));
    }

    /// <summary>Accumulates rows × 32 sums; returns how many of the tile's columns and rows overflowed.</summary>
    /// <param name="policy">One accumulator, no blocks.</param>
    /// <param name="tile">Extents.</param>
    /// <param name="pairs">Pairs of products.</param>
    /// <param name="segment">Products per segment.</param>
    /// <param name="product">Bound of every partial sum of products.</param>
    /// <param name="left">Left panel.</param>
    /// <param name="leftNorms">Bound of each segment's norm.</param>
    /// <param name="right">Right panel.</param>
    /// <param name="rightNorms">Bound of each segment's norm.</param>
    /// <param name="bias">[columns] or null.</param>
    /// <param name="sums">Sums of at most 32 bits, or room for partial sums.</param>
    /// <param name="wide">Sums of any width; filled when the output or the way to it has more than 32 bits.</param>
    /// <returns>Sums that overflowed, and whether they lie in <paramref name="wide"/>.</returns>
    public static (long Overflowed, bool IsWide) Run(
        AccumulatorPolicy policy,
        in OutputTile tile,
        int pairs,
        int segment,
        double product,
        int* left,
        double* leftNorms,
        int* right,
        double* rightNorms,
        long* bias,
        int* sums,
        long* wide)
    {
        uint* flags = stackalloc uint[Tile.Rows];
        new Span<uint>(flags, Tile.Rows).Clear();
        bool isWide = policy.Bits > 32 || policy.Overflow == Overflow.SaturateOnDrain;
        if (isWide)
            Start(policy, tile, bias, wide, flags);
        else
            Start(policy, tile, bias, sums, flags);
        bool free = isWide && IsFree(policy, tile.Rows, product, wide);
        if (free)
            Ordered.RunFree64(tile.Rows, pairs, left, right, wide);
        for (int at = 0, s = 0; at < pairs && !free; at += segment / 2, s++)
        {
            int length = Math.Min(segment / 2, pairs - at);
            int* l = left + ((long)at * Tile.Rows), r = right + ((long)at * Tile.Columns);
            double bound = leftNorms[s] * rightNorms[s];
            if (isWide)
                Segment64(policy, tile, length, l, r, bound, sums, wide, flags);
            else
                Segment32(policy, tile, length, l, r, bound, sums, wide, flags);
        }

        long overflowed = 0;
        for (int r = 0; r < tile.Rows; r++)
            overflowed += BitOperations.PopCount(flags[r] & (uint)((1UL << tile.Columns) - 1));
        return (overflowed, isWide);
    }

    // The bias enters like any other term: outside the range it wraps or saturates.
    private static void Start<T>(AccumulatorPolicy policy, in OutputTile tile, long* bias, T* sums, uint* flags)
        where T : unmanaged, INumberBase<T>
    {
        T* first = stackalloc T[Tile.Columns];
        uint allOutside = 0;
        for (int c = 0; c < Tile.Columns; c++)
        {
            long start = bias == null || c >= tile.Columns ? 0 : bias[c];
            int unused = 64 - policy.Bits;
            long wrapped = (start << unused) >> unused;
            bool outside = policy.Overflow != Overflow.SaturateOnDrain && wrapped != start;
            if (outside)
                start = policy.Overflow == Overflow.Wrap ? wrapped : Saturating.Settle(start, false, policy.Bits);
            first[c] = T.CreateTruncating(start);
            allOutside |= outside ? 1u << c : 0;
        }

        for (int r = 0; r < tile.Rows; r++)
        {
            new ReadOnlySpan<T>(first, Tile.Columns).CopyTo(new Span<T>(sums + (r * Tile.Columns), Tile.Columns));
            flags[r] |= allOutside;
        }
    }

    private static void Segment32(
        AccumulatorPolicy policy, in OutputTile tile, int pairs, int* left, int* right, double bound, int* sums, long* wide,
        uint* flags)
    {
        int rows = tile.Rows;
        double limit = (1L << (policy.Bits - 1)) - 1 - bound;
        if (limit >= 0 && Within(sums, rows, (int)limit))
        {
            Tile.Continue(tile, pairs, left, right, sums);
        }
        else if (Ordered.Fits32(policy, bound))
        {
            Ordered.Run32(policy, tile, pairs, left, right, sums, flags);
        }
        else
        {
            for (int i = 0; i < rows * Tile.Columns; i++)
                wide[i] = sums[i];
            Segment64(policy, tile, pairs, left, right, bound, sums, wide, flags);
            ToNarrow(wide, sums, rows);
        }
    }

    // Sums that are looked at only as they drain have 64 bits on the way, which no depth of 16-bit products fills.
    private static bool IsFree(AccumulatorPolicy policy, int rows, double bound, long* sums)
    {
        double limit = (Math.ScaleB(1, policy.Bits - 1) * (1 - 1e-12)) - 1 - bound;
        return policy.Overflow == Overflow.SaturateOnDrain || (limit >= 0 && Within(sums, rows, (long)Math.Min(limit, 1L << 62)));
    }

    private static void Segment64(
        AccumulatorPolicy policy, in OutputTile tile, int pairs, int* left, int* right, double bound, int* sums, long* wide,
        uint* flags)
    {
        int rows = tile.Rows;
        if (IsFree(policy, rows, bound, wide))
        {
            if (bound > int.MaxValue)
            {
                Ordered.RunFree64(rows, pairs, left, right, wide);
                return;
            }

            int* zero = stackalloc int[Tile.Columns];
            new Span<int>(zero, Tile.Columns).Clear();
            Tile.Run(tile, pairs, left, right, zero, sums);
            for (int i = 0; i < rows * Tile.Columns; i += 8)
                (Vector512.Load(wide + i) + Vector512.WidenLower(Vector256.Load(sums + i).ToVector512())).Store(wide + i);
        }
        else if (Ordered.Fits64(policy))
        {
            Ordered.Run64(policy, rows, pairs, left, right, wide, flags);
        }
        else
        {
            Ordered.RunScalar(policy, rows, pairs, left, right, wide, flags);
        }
    }

    /// <summary>Cuts sums to 32 bits.</summary>
    internal static void ToNarrow(long* wide, int* sums, int rows)
    {
        for (int i = 0; i < rows * Tile.Columns; i += 8)
            Vector512.Narrow(Vector512.Load(wide + i), Vector512<long>.Zero).GetLower().Store(sums + i);
    }

    private static bool Within(int* sums, int rows, int limit)
    {
        Vector512<int> max = Vector512.Load(sums), min = max;
        for (int i = 16; i < rows * Tile.Columns; i += 16)
        {
            Vector512<int> next = Vector512.Load(sums + i);
            max = Vector512.Max(max, next);
            min = Vector512.Min(min, next);
        }

        return Vector512.LessThanOrEqualAll(max, Vector512.Create(limit)) && Vector512.GreaterThanOrEqualAll(min,
            Vector512.Create(-limit));
    }

    /// <summary>True when no sum of the tile is above limit in magnitude.</summary>
    internal static bool Within(long* sums, int rows, long limit)
    {
        Vector512<long> max = Vector512.Load(sums), min = max;
        for (int i = 8; i < rows * Tile.Columns; i += 8)
        {
            Vector512<long> next = Vector512.Load(sums + i);
            max = Vector512.Max(max, next);
            min = Vector512.Min(min, next);
        }

        return Vector512.LessThanOrEqualAll(max, Vector512.Create(limit)) && Vector512.GreaterThanOrEqualAll(min,
            Vector512.Create(-limit));
    }
}
