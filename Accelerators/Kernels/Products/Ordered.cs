using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using NpuSim.Accelerators.Numerics;

namespace NpuSim.Accelerators.Kernels.Products;

/// <summary>
/// Accumulation in the exact order of the policy on packed panels. Lanes lie across columns, so each column adds its products
/// in their order: up to 31 bits in 32-bit lanes that are clamped or wrapped after each group, 32 bits with an overflow test,
/// 33 to 63 bits in 64-bit lanes, anything else one by one.
/// </summary>
internal static unsafe partial class Ordered
{
    /// <summary>True when <see cref="Run32"/> can follow the policy.</summary>
    /// <param name="policy">One accumulator, no blocks.</param>
    /// <param name="product">Bound of every partial sum within a group.</param>
    public static bool Fits32(AccumulatorPolicy policy, double product) =>
        policy.Bits <= 32 && (policy.GroupMacs == 1
            || (policy.GroupMacs % 2 == 0
                && product <= (policy.Bits == 32 ? int.MaxValue : (1L << 31) - (1L << (policy.Bits - 1)) - 1)));

    /// <summary>True when <see cref="Run64"/> can follow the policy.</summary>
    public static bool Fits64(AccumulatorPolicy policy) =>
        policy.Bits <= 62 && (policy.GroupMacs == 1 || policy.GroupMacs % 2 == 0);

    /// <summary>The same in 64 bits.</summary>
    public static void Run64(AccumulatorPolicy policy, int rows, int pairs, int* left, int* right, long* sums, uint* flags)
    {
        for (int r = 0; r < rows; r++)
        {
            for (int c = 0; c < Tile.Columns; c += 16)
            {
                uint mask = policy.Overflow == Overflow.Wrap
                    ? Row64<Wrapping>(policy, pairs, left + r, right + c, sums + (r * Tile.Columns) + c)
                    : Row64<Saturating>(policy, pairs, left + r, right + c, sums + (r * Tile.Columns) + c);
                flags[r] |= mask << c;
            }
        }
    }

    /// <summary>
    /// Adds products in any order in 64 bits: sums[row, 32] += Σ. A pair of products plus 2³¹ − 1 is an unsigned 32-bit number,
    /// even the
    /// pair of extremes 2 · 2³⁰; both columns of a 64-bit lane are then summed at once and parted at the end.
    /// </summary>
    public static void RunFree64(int rows, int pairs, int* left, int* right, long* sums)
    {
        Vector512<int> lift = Vector512.Create(int.MaxValue);
        long lifted = (long)int.MaxValue * pairs;
        for (int r = 0; r < rows; r++)
        {
            Vector512<ulong> both0 = default, odd0 = default, both1 = default, odd1 = default;
            int* a = left + r, b = right;
            for (int p = 0; p < pairs; p++, a += Tile.Rows, b += Tile.Columns)
            {
                Vector512<int> x = Vector512.Create(*a);
                Vector512<ulong> y0 = (Pairs(Vector512.Load(b), x) + lift).AsUInt64();
                Vector512<ulong> y1 = (Pairs(Vector512.Load(b + 16), x) + lift).AsUInt64();
                both0 += y0;
                odd0 += Vector512.ShiftRightLogical(y0, 32);
                both1 += y1;
                odd1 += Vector512.ShiftRightLogical(y1, 32);
            }

            Part(both0, odd0, lifted, sums + (r * Tile.Columns));
            Part(both1, odd1, lifted, sums + (r * Tile.Columns) + 16);
        }
    }

    private static void Part(Vector512<ulong> both, Vector512<ulong> odd, long lifted, long* sums)
    {
        Vector512<ulong> even = both - Vector512.ShiftLeft(odd, 32);
        for (int i = 0; i < 8; i++)
        {
            sums[2 * i] += (long)even[i] - lifted;
            sums[(2 * i) + 1] += (long)odd[i] - lifted;
        }
    }

    /// <summary>The same one by one, for any policy of one accumulator.</summary>
    public static void RunScalar(AccumulatorPolicy policy, int rows, int pairs, int* left, int* right, long* sums, uint* flags)
    {
        for (int r = 0; r < rows; r++)
        {
            for (int c = 0; c < Tile.Columns; c++)
            {
                long* sum = sums + (r * Tile.Columns) + c;
                bool overflowed = policy.Overflow == Overflow.Wrap
                    ? Column<Wrapping>(policy, 2 * pairs, left + r, right + c, sum)
                    : Column<Saturating>(policy, 2 * pairs, left + r, right + c, sum);
                flags[r] |= overflowed ? 1u << c : 0;
            }
        }
    }

    /// <summary>A whole dot product of one row with one column under any policy, blocks included.</summary>
    public static long Dot(AccumulatorPolicy policy, int depth, int* left, int* right, long bias, out bool overflowed) =>
        policy.Overflow switch
        {
            Overflow.Wrap => Dot<Wrapping>(policy, depth, left, right, bias, out overflowed),
            Overflow.Saturate => Dot<Saturating>(policy, depth, left, right, bias, out overflowed),
            _ => Dot<SaturatingOnDrain>(policy, depth, left, right, bias, out overflowed),
        };

    private static long Dot<TOverflow>(AccumulatorPolicy policy, int depth, int* left, int* right, long bias, out bool overflowed)
        where TOverflow : struct, IOverflow
    {
        Accumulator<TOverflow> accumulator = new(policy, bias);
        for (int i = 0; i < depth; i++)
            accumulator.Step(Product(left, right, i));
        long sum = accumulator.Drain();
        overflowed = accumulator.Overflowed;
        return sum;
    }

    private static bool Column<TOverflow>(AccumulatorPolicy policy, int depth, int* left, int* right, long* sum)
        where TOverflow : struct, IOverflow
    {
        Accumulator<TOverflow> accumulator = new(policy, *sum);
        for (int i = 0; i < depth; i++)
            accumulator.Step(Product(left, right, i));
        *sum = accumulator.Drain();
        return accumulator.Overflowed;
    }

    private static long Product(int* left, int* right, int i) =>
        ((short*)(left + ((long)(i >> 1) * Tile.Rows)))[i & 1] * ((short*)(right + ((long)(i >> 1) * Tile.Columns)))[i & 1];

    // Sums of one row and 16 columns; right and sums point at the first of them.
    private static uint Row64<TOverflow>(AccumulatorPolicy policy, int pairs, int* left, int* right, long* sums)
        where TOverflow : struct, IOverflow
    {
        Vector512<long> max = Vector512.Create((1L << (policy.Bits - 1)) - 1), min = ~max;
        int shift = 64 - policy.Bits;
        Vector512<long> s0 = Vector512.Load(sums), s1 = Vector512.Load(sums + 8), left0 = default, left1 = default;
        Vector512<long> g0 = default, g1 = default;
        int inGroup = 0;
        for (int p = 0; p < pairs; p++, left += Tile.Rows, right += Tile.Columns)
        {
            Vector512<int> b = Vector512.Load(right);
            for (int half = 0; half < 2; half++)
            {
                (Vector512<long> low, Vector512<long> high) = Vector512.Widen(
                    Pairs(b, Vector512.Create(half == 0 ? *left & 0xFFFF : *left & ~0xFFFF)));
                g0 += low;
                g1 += high;
                if (++inGroup < policy.GroupMacs && (p < pairs - 1 || half == 0))
                    continue;
                Vector512<long> n0 = Add64<TOverflow>(s0 + g0, min, max, shift), n1 = Add64<TOverflow>(s1 + g1, min, max, shift);
                left0 |= (s0 + g0) ^ n0;
                left1 |= (s1 + g1) ^ n1;
                (s0, s1) = (n0, n1);
                (g0, g1, inGroup) = (default, default, 0);
            }
        }

        s0.Store(sums);
        s1.Store(sums + 8);
        return (uint)(~Vector512.Equals(left0, default).ExtractMostSignificantBits() & 0xFF)
            | ((uint)(~Vector512.Equals(left1, default).ExtractMostSignificantBits() & 0xFF) << 8);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<long> Add64<TOverflow>(Vector512<long> next, Vector512<long> min, Vector512<long> max, int shift)
        where TOverflow : struct, IOverflow =>
        typeof(TOverflow) == typeof(Wrapping)
            ? Vector512.ShiftRightArithmetic(Vector512.ShiftLeft(next, shift), shift)
            : Vector512.Max(min, Vector512.Min(max, next));

    // Both products of each pair, added.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<int> Pairs(Vector512<int> b, Vector512<int> a) =>
        Avx512BW.IsSupported
            ? Avx512BW.MultiplyAddAdjacent(b.AsInt16(), a.AsInt16())
            : (Low(b) * Low(a)) + (Vector512.ShiftRightArithmetic(b, 16) * Vector512.ShiftRightArithmetic(a, 16));

    private static Vector512<int> Low(Vector512<int> pairs) => Vector512.ShiftRightArithmetic(Vector512.ShiftLeft(pairs, 16), 16);
}
