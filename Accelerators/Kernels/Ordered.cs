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
    private const int SplitPairs = 64, RowsTogether = 4;

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

    /// <summary>Continues sums[row, 32] over some pairs; sets a bit of flags[row] for each column that overflowed.</summary>
    public static void Run32(AccumulatorPolicy policy, int rows, int pairs, int* left, int* right, int* sums, uint* flags)
    {
        switch (policy.Bits, policy.Overflow)
        {
            case (32, Overflow.Wrap):
                Run32<Wrap32>(policy, rows, pairs, left, right, sums, flags);
                break;
            case (32, _):
                Run32<Saturate32>(policy, rows, pairs, left, right, sums, flags);
                break;
            case (_, Overflow.Wrap):
                Run32<WrapBelow32>(policy, rows, pairs, left, right, sums, flags);
                break;
            default:
                Run32<SaturateBelow32>(policy, rows, pairs, left, right, sums, flags);
                break;
        }
    }

    // Four rows at a time, for that many chains hide the latency of a step; past the end the last row again.
    private static void Run32<TStep>(AccumulatorPolicy policy, int rows, int pairs, int* left, int* right, int* sums, uint* flags)
        where TStep : struct, IStep32
    {
        int* split = stackalloc int[SplitPairs * 2 * RowsTogether];
        int perStep = policy.GroupMacs == 1 ? SplitPairs : pairs;
        for (int r = 0; r < rows; r += RowsTogether)
        {
            Quad quad = new(r, Math.Min(r + 1, rows - 1), Math.Min(r + 2, rows - 1), Math.Min(r + 3, rows - 1));
            for (int p = 0; p < pairs; p += perStep)
            {
                int count = Math.Min(perStep, pairs - p);
                int* rowPairs = left + (p * Tile.Rows), columns = right + (p * Tile.Columns);
                if (policy.GroupMacs == 1)
                {
                    Split(count, rowPairs, quad, split);
                    Singles32<TStep>(policy, count, split, columns, quad, sums, flags);
                }
                else
                {
                    Groups32<TStep>(policy, count, rowPairs, columns, quad, sums, flags);
                }
            }
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

    // Sums of four rows and 32 columns, one product at a time.
    private static void Singles32<TStep>(AccumulatorPolicy policy, int pairs, int* split, int* right, Quad quad, int* sums, uint* flags)
        where TStep : struct, IStep32
    {
        Vector512<int> max = Vector512.Create((int)((1L << (policy.Bits - 1)) - 1)), min = ~max;
        int shift = 32 - policy.Bits;
        Row a = new(sums, quad.A), b = new(sums, quad.B), c = new(sums, quad.C), d = new(sums, quad.D);
        for (int* end = split + (2 * RowsTogether * pairs); split < end; split += 2 * RowsTogether, right += Tile.Columns)
        {
            Vector512<int> x0 = Vector512.Load(right), x1 = Vector512.Load(right + 16), y = Vector512.Create(split[0]);
            a = a.Add<TStep>(Pairs(x0, y), Pairs(x1, y), min, max, shift);
            y = Vector512.Create(split[1]);
            b = b.Add<TStep>(Pairs(x0, y), Pairs(x1, y), min, max, shift);
            y = Vector512.Create(split[2]);
            c = c.Add<TStep>(Pairs(x0, y), Pairs(x1, y), min, max, shift);
            y = Vector512.Create(split[3]);
            d = d.Add<TStep>(Pairs(x0, y), Pairs(x1, y), min, max, shift);
            y = Vector512.Create(split[4]);
            a = a.Add<TStep>(Pairs(x0, y), Pairs(x1, y), min, max, shift);
            y = Vector512.Create(split[5]);
            b = b.Add<TStep>(Pairs(x0, y), Pairs(x1, y), min, max, shift);
            y = Vector512.Create(split[6]);
            c = c.Add<TStep>(Pairs(x0, y), Pairs(x1, y), min, max, shift);
            y = Vector512.Create(split[7]);
            d = d.Add<TStep>(Pairs(x0, y), Pairs(x1, y), min, max, shift);
        }

        a.Store<TStep>(sums, flags, quad.A);
        b.Store<TStep>(sums, flags, quad.B);
        c.Store<TStep>(sums, flags, quad.C);
        d.Store<TStep>(sums, flags, quad.D);
    }

    // The same, a group of products at a time.
    private static void Groups32<TStep>(AccumulatorPolicy policy, int pairs, int* left, int* right, Quad quad, int* sums, uint* flags)
        where TStep : struct, IStep32
    {
        Vector512<int> max = Vector512.Create((int)((1L << (policy.Bits - 1)) - 1)), min = ~max;
        int shift = 32 - policy.Bits, perGroup = policy.GroupMacs / 2;
        Row a = new(sums, quad.A), b = new(sums, quad.B), c = new(sums, quad.C), d = new(sums, quad.D);
        for (int p = 0; p < pairs;)
        {
            Vector512<int> a0 = default, a1 = default, b0 = default, b1 = default, c0 = default, c1 = default, d0 = default, d1 = default;
            for (int end = Math.Min(pairs, p + perGroup); p < end; p++, left += Tile.Rows, right += Tile.Columns)
            {
                Vector512<int> x0 = Vector512.Load(right), x1 = Vector512.Load(right + 16), y = Vector512.Create(left[quad.A]);
                a0 += Pairs(x0, y);
                a1 += Pairs(x1, y);
                y = Vector512.Create(left[quad.B]);
                b0 += Pairs(x0, y);
                b1 += Pairs(x1, y);
                y = Vector512.Create(left[quad.C]);
                c0 += Pairs(x0, y);
                c1 += Pairs(x1, y);
                y = Vector512.Create(left[quad.D]);
                d0 += Pairs(x0, y);
                d1 += Pairs(x1, y);
            }

            a = a.Add<TStep>(a0, a1, min, max, shift);
            b = b.Add<TStep>(b0, b1, min, max, shift);
            c = c.Add<TStep>(c0, c1, min, max, shift);
            d = d.Add<TStep>(d0, d1, min, max, shift);
        }

        a.Store<TStep>(sums, flags, quad.A);
        b.Store<TStep>(sums, flags, quad.B);
        c.Store<TStep>(sums, flags, quad.C);
        d.Store<TStep>(sums, flags, quad.D);
    }

    // Each operand of a pair beside a 0, so that a pair's product is that of one operand: low halves of the rows, then high halves.
    private static void Split(int pairs, int* left, Quad quad, int* split)
    {
        Vector128<int> low = Vector128.Create(0xFFFF);
        for (int p = 0; p < pairs; p++, left += Tile.Rows, split += 2 * RowsTogether)
        {
            Vector128<int> four = quad.D == quad.A + 3
                ? Vector128.Load(left + quad.A)
                : Vector128.Create(left[quad.A], left[quad.B], left[quad.C], left[quad.D]);
            (four & low).Store(split);
            (four & ~low).Store(split + RowsTogether);
        }
    }

    /// <summary>Four rows of a tile.</summary>
    private readonly record struct Quad(int A, int B, int C, int D);

    /// <summary>The sums of one row and what is known of their overflow.</summary>
    private readonly struct Row(Vector512<int> sum0, Vector512<int> sum1, Vector512<int> left0, Vector512<int> left1)
    {
        private readonly Vector512<int> sum0 = sum0, sum1 = sum1, left0 = left0, left1 = left1;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Row(int* sums, int row)
            : this(Vector512.Load(sums + (row * Tile.Columns)), Vector512.Load(sums + (row * Tile.Columns) + 16), default, default)
        {
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Row Add<TStep>(Vector512<int> group0, Vector512<int> group1, Vector512<int> min, Vector512<int> max, int shift)
            where TStep : struct, IStep32
        {
            (Vector512<int> s0, Vector512<int> l0) = TStep.Add(sum0, group0, left0, min, max, shift);
            (Vector512<int> s1, Vector512<int> l1) = TStep.Add(sum1, group1, left1, min, max, shift);
            return new Row(s0, s1, l0, l1);
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Store<TStep>(int* sums, uint* flags, int row)
            where TStep : struct, IStep32
        {
            sum0.Store(sums + (row * Tile.Columns));
            sum1.Store(sums + (row * Tile.Columns) + 16);
            flags[row] |= TStep.Flags(left0) | (TStep.Flags(left1) << 16);
        }
    }

    private static uint NotZero(Vector512<int> values) => (uint)~Vector512.Equals(values, default).ExtractMostSignificantBits() & 0xFFFF;

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

    // The sign bit is set where a 32-bit sum differs in sign from both terms.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<int> Overflowed(Vector512<int> sum, Vector512<int> group, Vector512<int> next) =>
        Avx512F.IsSupported
            ? Avx512F.TernaryLogic(sum, group, next, 0b0100_0010)
            : (sum ^ next) & (group ^ next);

    private static Vector512<int> Low(Vector512<int> pairs) => Vector512.ShiftRightArithmetic(Vector512.ShiftLeft(pairs, 16), 16);

    /// <summary>One step of accumulation in 32-bit lanes.</summary>
    private interface IStep32
    {
        /// <summary>Adds a group to the sum and marks the lanes of <paramref name="left"/> whose sum left the range.</summary>
        static abstract (Vector512<int> Sum, Vector512<int> Left) Add(
            Vector512<int> sum, Vector512<int> group, Vector512<int> left, Vector512<int> min, Vector512<int> max, int shift);

        /// <summary>A bit for each marked lane.</summary>
        static abstract uint Flags(Vector512<int> left);
    }

    private readonly struct SaturateBelow32 : IStep32
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static (Vector512<int> Sum, Vector512<int> Left) Add(
            Vector512<int> sum, Vector512<int> group, Vector512<int> left, Vector512<int> min, Vector512<int> max, int shift)
        {
            Vector512<int> next = sum + group;
            Vector512<int> settled = Vector512.Max(min, Vector512.Min(max, next));
            return (settled, left | (next ^ settled));
        }

        public static uint Flags(Vector512<int> left) => NotZero(left);
    }

    private readonly struct WrapBelow32 : IStep32
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static (Vector512<int> Sum, Vector512<int> Left) Add(
            Vector512<int> sum, Vector512<int> group, Vector512<int> left, Vector512<int> min, Vector512<int> max, int shift)
        {
            Vector512<int> next = sum + group;
            Vector512<int> settled = Vector512.ShiftRightArithmetic(Vector512.ShiftLeft(next, shift), shift);
            return (settled, left | (next ^ settled));
        }

        public static uint Flags(Vector512<int> left) => NotZero(left);
    }

    // In 32 bits a sum overflows when it differs in sign from both terms; its own sign is then the wrong one.
    private readonly struct Saturate32 : IStep32
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static (Vector512<int> Sum, Vector512<int> Left) Add(
            Vector512<int> sum, Vector512<int> group, Vector512<int> left, Vector512<int> min, Vector512<int> max, int shift)
        {
            Vector512<int> next = sum + group, over = Overflowed(sum, group, next);
            Vector512<int> settled = Vector512.ConditionalSelect(
                Vector512.LessThan(over, Vector512<int>.Zero), Vector512.ShiftRightArithmetic(next, 31) ^ min, next);
            return (settled, left | over);
        }

        public static uint Flags(Vector512<int> left) => (uint)left.ExtractMostSignificantBits();
    }

    private readonly struct Wrap32 : IStep32
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static (Vector512<int> Sum, Vector512<int> Left) Add(
            Vector512<int> sum, Vector512<int> group, Vector512<int> left, Vector512<int> min, Vector512<int> max, int shift)
        {
            Vector512<int> next = sum + group;
            return (next, left | Overflowed(sum, group, next));
        }

        public static uint Flags(Vector512<int> left) => (uint)left.ExtractMostSignificantBits();
    }
}
