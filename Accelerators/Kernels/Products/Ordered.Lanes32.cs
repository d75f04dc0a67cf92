using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using NpuSim.Accelerators.Numerics;

namespace NpuSim.Accelerators.Kernels.Products;

/// <content>Up to 32 bits: sixteen columns in the lanes of a vector, four rows at a time.</content>
internal static unsafe partial class Ordered
{
    private const int SplitPairs = 64, RowsTogether = 4;

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

    // Sums of four rows and 32 columns, one product at a time.
    private static void Singles32<TStep>(AccumulatorPolicy policy, int pairs, int* split, int* right, Quad quad,
        int* sums, uint* flags)
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
    private static void Groups32<TStep>(AccumulatorPolicy policy, int pairs, int* left, int* right, Quad quad,
        int* sums, uint* flags)
        where TStep : struct, IStep32
    {
        Vector512<int> max = Vector512.Create((int)((1L << (policy.Bits - 1)) - 1)), min = ~max;
        int shift = 32 - policy.Bits, perGroup = policy.GroupMacs / 2;
        Row a = new(sums, quad.A), b = new(sums, quad.B), c = new(sums, quad.C), d = new(sums, quad.D);
        for (int p = 0; p < pairs;)
        {
            Vector512<int> a0 = default, a1 = default, b0 = default, b1 = default, c0 = default, c1 = default,
                d0 = default, d1 = default;
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

    // Each operand of a pair beside a 0, so that a pair's product is that of one operand: low halves of the rows, then high
    // halves.
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
            : this(Vector512.Load(sums + (row * Tile.Columns)), Vector512.Load(sums + (row * Tile.Columns) + 16),
                default, default)
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

    private static uint NotZero(Vector512<int> values) => (uint)~Vector512.Equals(values, default)
        .ExtractMostSignificantBits() & 0xFFFF;

    // The sign bit is set where a 32-bit sum differs in sign from both terms.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<int> Overflowed(Vector512<int> sum, Vector512<int> group, Vector512<int> next) =>
        Avx512F.IsSupported
            ? Avx512F.TernaryLogic(sum, group, next, 0b0100_0010)
            : (sum ^ next) & (group ^ next);

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
