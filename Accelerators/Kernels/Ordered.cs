using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using NpuSim.Accelerators.Numerics;

namespace NpuSim.Accelerators.Kernels;

/// <summary>
/// Accumulation in the exact order of the policy on packed panels. Lanes lie across columns, so each column adds its products in
/// their order: up to 31 bits in 32-bit lanes that are clamped or wrapped after each group, 32 bits with an overflow test, 33 to
/// 63 bits in 64-bit lanes, anything else one by one.
/// </summary>
internal static unsafe class Ordered
{
    /// <summary>True when <see cref="Run32"/> can follow the policy.</summary>
    /// <param name="policy">One accumulator, no blocks.</param>
    /// <param name="product">Bound of every partial sum within a group.</param>
    public static bool Fits32(AccumulatorPolicy policy, double product) =>
        policy.Bits <= 32 && (policy.GroupMacs == 1
            || (policy.GroupMacs % 2 == 0 && product <= (policy.Bits == 32 ? int.MaxValue : (1L << 31) - (1L << (policy.Bits - 1)) - 1)));

    /// <summary>True when <see cref="Run64"/> can follow the policy.</summary>
    public static bool Fits64(AccumulatorPolicy policy) =>
        policy.Bits <= 62 && (policy.GroupMacs == 1 || policy.GroupMacs % 2 == 0);

    /// <summary>Continues sums[row, 32] over some pairs; sets a bit of flags[row] for each column that overflowed.</summary>
    public static void Run32(AccumulatorPolicy policy, int rows, int pairs, int* left, int* right, int* sums, uint* flags)
    {
        for (int r = 0; r < rows; r++)
        {
            int* sum = sums + (r * Tile.Columns);
            flags[r] |= (policy.Bits, policy.Overflow) switch
            {
                (32, Overflow.Wrap) => Row32<Wrap32>(policy, pairs, left + r, right, sum),
                (32, _) => Row32<Saturate32>(policy, pairs, left + r, right, sum),
                (_, Overflow.Wrap) => Row32<WrapBelow32>(policy, pairs, left + r, right, sum),
                _ => Row32<SaturateBelow32>(policy, pairs, left + r, right, sum),
            };
        }
    }

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

    // Sums of one row and 32 columns.
    private static uint Row32<TStep>(AccumulatorPolicy policy, int pairs, int* left, int* right, int* sums)
        where TStep : struct, IStep32
    {
        Vector512<int> max = Vector512.Create((int)((1L << (policy.Bits - 1)) - 1)), min = ~max;
        int shift = 32 - policy.Bits;
        Vector512<int> s0 = Vector512.Load(sums), s1 = Vector512.Load(sums + 16), left0 = default, left1 = default;
        if (policy.GroupMacs == 1)
        {
            for (int p = 0; p < pairs; p++, left += Tile.Rows, right += Tile.Columns)
            {
                Vector512<int> b0 = Vector512.Load(right), b1 = Vector512.Load(right + 16);
                Vector512<int> first = Vector512.Create(*left & 0xFFFF), second = Vector512.Create(*left & ~0xFFFF);
                s0 = TStep.Add(s0, Pairs(b0, first), min, max, shift, ref left0);
                s1 = TStep.Add(s1, Pairs(b1, first), min, max, shift, ref left1);
                s0 = TStep.Add(s0, Pairs(b0, second), min, max, shift, ref left0);
                s1 = TStep.Add(s1, Pairs(b1, second), min, max, shift, ref left1);
            }
        }
        else
        {
            for (int p = 0; p < pairs;)
            {
                Vector512<int> g0 = default, g1 = default;
                for (int end = Math.Min(pairs, p + (policy.GroupMacs / 2)); p < end; p++, left += Tile.Rows, right += Tile.Columns)
                {
                    Vector512<int> a = Vector512.Create(*left);
                    g0 += Pairs(Vector512.Load(right), a);
                    g1 += Pairs(Vector512.Load(right + 16), a);
                }

                s0 = TStep.Add(s0, g0, min, max, shift, ref left0);
                s1 = TStep.Add(s1, g1, min, max, shift, ref left1);
            }
        }

        s0.Store(sums);
        s1.Store(sums + 16);
        return TStep.Flags(left0) | (TStep.Flags(left1) << 16);
    }

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
                s0 = Add64<TOverflow>(s0, g0, min, max, shift, ref left0);
                s1 = Add64<TOverflow>(s1, g1, min, max, shift, ref left1);
                (g0, g1, inGroup) = (default, default, 0);
            }
        }

        s0.Store(sums);
        s1.Store(sums + 8);
        return (uint)(~Vector512.Equals(left0, default).ExtractMostSignificantBits() & 0xFF)
            | ((uint)(~Vector512.Equals(left1, default).ExtractMostSignificantBits() & 0xFF) << 8);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<long> Add64<TOverflow>(
        Vector512<long> sum, Vector512<long> group, Vector512<long> min, Vector512<long> max, int shift, ref Vector512<long> left)
        where TOverflow : struct, IOverflow
    {
        Vector512<long> next = sum + group;
        Vector512<long> settled = typeof(TOverflow) == typeof(Wrapping)
            ? Vector512.ShiftRightArithmetic(Vector512.ShiftLeft(next, shift), shift)
            : Vector512.Max(min, Vector512.Min(max, next));
        left |= next ^ settled;
        return settled;
    }

    // Both products of each pair, added.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<int> Pairs(Vector512<int> b, Vector512<int> a) =>
        Avx512BW.IsSupported
            ? Avx512BW.MultiplyAddAdjacent(b.AsInt16(), a.AsInt16())
            : (Low(b) * Low(a)) + (Vector512.ShiftRightArithmetic(b, 16) * Vector512.ShiftRightArithmetic(a, 16));

    private static Vector512<int> Low(Vector512<int> pairs) => Vector512.ShiftRightArithmetic(Vector512.ShiftLeft(pairs, 16), 16);

    /// <summary>One step of accumulation in 32-bit lanes.</summary>
    private interface IStep32
    {
        static abstract Vector512<int> Add(
            Vector512<int> sum, Vector512<int> group, Vector512<int> min, Vector512<int> max, int shift, ref Vector512<int> left);

        static virtual uint Flags(Vector512<int> left) => (uint)~Vector512.Equals(left, default).ExtractMostSignificantBits() & 0xFFFF;
    }

    private readonly struct SaturateBelow32 : IStep32
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static Vector512<int> Add(
            Vector512<int> sum, Vector512<int> group, Vector512<int> min, Vector512<int> max, int shift, ref Vector512<int> left)
        {
            Vector512<int> next = sum + group, settled = Vector512.Max(min, Vector512.Min(max, next));
            left |= next ^ settled;
            return settled;
        }
    }

    private readonly struct WrapBelow32 : IStep32
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static Vector512<int> Add(
            Vector512<int> sum, Vector512<int> group, Vector512<int> min, Vector512<int> max, int shift, ref Vector512<int> left)
        {
            Vector512<int> next = sum + group, settled = Vector512.ShiftRightArithmetic(Vector512.ShiftLeft(next, shift), shift);
            left |= next ^ settled;
            return settled;
        }
    }

    private readonly struct Saturate32 : IStep32
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static Vector512<int> Add(
            Vector512<int> sum, Vector512<int> group, Vector512<int> min, Vector512<int> max, int shift, ref Vector512<int> left)
        {
            Vector512<int> next = sum + group, over = Vector512.ShiftRightArithmetic((sum ^ next) & (group ^ next), 31);
            left |= over;
            return Vector512.ConditionalSelect(over, Vector512.ShiftRightArithmetic(sum, 31) ^ max, next);
        }
    }

    private readonly struct Wrap32 : IStep32
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static Vector512<int> Add(
            Vector512<int> sum, Vector512<int> group, Vector512<int> min, Vector512<int> max, int shift, ref Vector512<int> left)
        {
            Vector512<int> next = sum + group;
            left |= Vector512.ShiftRightArithmetic((sum ^ next) & (group ^ next), 31);
            return next;
        }
    }
}
