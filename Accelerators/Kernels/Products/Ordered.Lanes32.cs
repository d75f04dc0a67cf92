using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using NpuSim.Accelerators.Lanes;
using NpuSim.Accelerators.Numerics;

namespace NpuSim.Accelerators.Kernels.Products;

/// <content>Up to 32 bits: columns in the lanes of a vector, four rows at a time.</content>
internal static unsafe partial class Ordered
{
    private const int SplitPairs = 64, RowsTogether = 4;

    /// <summary>Continues sums[row, column] over some pairs; sets a bit of flags[row] for each column that overflowed.</summary>
    public static void Run32(
        AccumulatorPolicy policy, in OutputTile tile, int pairs, int* left, int* right, int* sums, uint* flags)
    {
        switch (policy.Bits, policy.Overflow)
        {
            case (32, Overflow.Wrap):
                Run32<Wrap32>(policy, tile, pairs, left, right, sums, flags);
                break;
            case (32, _):
                Run32<Saturate32>(policy, tile, pairs, left, right, sums, flags);
                break;
            case (_, Overflow.Wrap):
                Run32<WrapBelow32>(policy, tile, pairs, left, right, sums, flags);
                break;
            default:
                Run32<SaturateBelow32>(policy, tile, pairs, left, right, sums, flags);
                break;
        }
    }

    private static void Run32<TStep>(
        AccumulatorPolicy policy, in OutputTile tile, int pairs, int* left, int* right, int* sums, uint* flags)
        where TStep : struct, IStep32
    {
        if (Avx512BW.IsSupported)
            Run32<TStep, Ints512>(policy, tile, pairs, left, right, sums, flags);
        else if (Avx2.IsSupported)
            Run32<TStep, Ints256>(policy, tile, pairs, left, right, sums, flags);
        else
            Run32<TStep, Ints128>(policy, tile, pairs, left, right, sums, flags);
    }

    // Four rows at a time, for that many chains hide the latency of a step; past the end the last row again.
    private static void Run32<TStep, TInts>(
        AccumulatorPolicy policy, in OutputTile tile, int pairs, int* left, int* right, int* sums, uint* flags)
        where TStep : struct, IStep32
        where TInts : struct, IInts<TInts>
    {
        int rows = tile.Rows;
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
                    Split(count, rowPairs, quad, split);
                for (int c = 0; c < tile.Columns; c += TInts.Count)
                {
                    if (policy.GroupMacs == 1)
                        Singles32<TStep, TInts>(policy, count, split, columns, quad, c, sums, flags);
                    else
                        Groups32<TStep, TInts>(policy, count, rowPairs, columns, quad, c, sums, flags);
                }
            }
        }
    }

    // Sums of four rows and a vector of columns, one product at a time.
    private static void Singles32<TStep, TInts>(
        AccumulatorPolicy policy, int pairs, int* split, int* right, Quad quad, int column, int* sums, uint* flags)
        where TStep : struct, IStep32
        where TInts : struct, IInts<TInts>
    {
        TInts max = TInts.Create((int)((1L << (policy.Bits - 1)) - 1)), min = ~max;
        TInts a = Load<TStep, TInts>(sums, quad.A, column, min), b = Load<TStep, TInts>(sums, quad.B, column, min);
        TInts c = Load<TStep, TInts>(sums, quad.C, column, min), d = Load<TStep, TInts>(sums, quad.D, column, min);
        TInts leftA = default, leftB = default, leftC = default, leftD = default;
        int* x = right + column;
        for (int* end = split + (2 * RowsTogether * pairs); split < end; x += Tile.Columns)
        {
            TInts columns = TInts.Load(x);
            for (int half = 0; half < 2; half++, split += RowsTogether)
            {
                a = TStep.Add(a, TInts.Pairs(columns, TInts.Create(split[0])), ref leftA, min, max);
                b = TStep.Add(b, TInts.Pairs(columns, TInts.Create(split[1])), ref leftB, min, max);
                c = TStep.Add(c, TInts.Pairs(columns, TInts.Create(split[2])), ref leftC, min, max);
                d = TStep.Add(d, TInts.Pairs(columns, TInts.Create(split[3])), ref leftD, min, max);
            }
        }

        Store<TStep, TInts>(a, leftA, min, sums, flags, quad.A, column);
        Store<TStep, TInts>(b, leftB, min, sums, flags, quad.B, column);
        Store<TStep, TInts>(c, leftC, min, sums, flags, quad.C, column);
        Store<TStep, TInts>(d, leftD, min, sums, flags, quad.D, column);
    }

    // The same, a group of products at a time.
    private static void Groups32<TStep, TInts>(
        AccumulatorPolicy policy, int pairs, int* left, int* right, Quad quad, int column, int* sums, uint* flags)
        where TStep : struct, IStep32
        where TInts : struct, IInts<TInts>
    {
        TInts max = TInts.Create((int)((1L << (policy.Bits - 1)) - 1)), min = ~max;
        int perGroup = policy.GroupMacs / 2;
        TInts a = Load<TStep, TInts>(sums, quad.A, column, min), b = Load<TStep, TInts>(sums, quad.B, column, min);
        TInts c = Load<TStep, TInts>(sums, quad.C, column, min), d = Load<TStep, TInts>(sums, quad.D, column, min);
        TInts leftA = default, leftB = default, leftC = default, leftD = default;
        int* x = right + column;
        for (int p = 0; p < pairs;)
        {
            TInts groupA = default, groupB = default, groupC = default, groupD = default;
            for (int end = Math.Min(pairs, p + perGroup); p < end; p++, left += Tile.Rows, x += Tile.Columns)
            {
                TInts columns = TInts.Load(x);
                groupA += TInts.Pairs(columns, TInts.Create(left[quad.A]));
                groupB += TInts.Pairs(columns, TInts.Create(left[quad.B]));
                groupC += TInts.Pairs(columns, TInts.Create(left[quad.C]));
                groupD += TInts.Pairs(columns, TInts.Create(left[quad.D]));
            }

            a = TStep.Add(a, groupA, ref leftA, min, max);
            b = TStep.Add(b, groupB, ref leftB, min, max);
            c = TStep.Add(c, groupC, ref leftC, min, max);
            d = TStep.Add(d, groupD, ref leftD, min, max);
        }

        Store<TStep, TInts>(a, leftA, min, sums, flags, quad.A, column);
        Store<TStep, TInts>(b, leftB, min, sums, flags, quad.B, column);
        Store<TStep, TInts>(c, leftC, min, sums, flags, quad.C, column);
        Store<TStep, TInts>(d, leftD, min, sums, flags, quad.D, column);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TInts Load<TStep, TInts>(int* sums, int row, int column, TInts min)
        where TStep : struct, IStep32
        where TInts : struct, IInts<TInts> =>
        TStep.Enter(TInts.Load(sums + (row * Tile.Columns) + column), min);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Store<TStep, TInts>(TInts sum, TInts left, TInts min, int* sums, uint* flags, int row, int column)
        where TStep : struct, IStep32
        where TInts : struct, IInts<TInts>
    {
        TStep.Leave(sum, min).Store(sums + (row * Tile.Columns) + column);
        flags[row] |= TStep.Flags(left, min) << column;
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

    /// <summary>One step of accumulation in 32-bit lanes.</summary>
    private interface IStep32
    {
        /// <summary>A sum as <see cref="Add"/> keeps it.</summary>
        static virtual T Enter<T>(T sum, T min) where T : struct, IInts<T> => sum;

        /// <summary>The sum that is kept.</summary>
        static virtual T Leave<T>(T kept, T min) where T : struct, IInts<T> => kept;

        /// <summary>The sum and a group of products; marks the lanes of <paramref name="left"/> whose sum left the
        /// range.</summary>
        static abstract T Add<T>(T sum, T group, ref T left, T min, T max) where T : struct, IInts<T>;

        /// <summary>A bit for each marked lane.</summary>
        static abstract uint Flags<T>(T left, T min) where T : struct, IInts<T>;
    }

    private readonly struct SaturateBelow32 : IStep32
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static T Add<T>(T sum, T group, ref T left, T min, T max) where T : struct, IInts<T>
        {
            T next = sum + group, settled = T.Max(min, T.Min(max, next));
            left |= next ^ settled;
            return settled;
        }

        public static uint Flags<T>(T left, T min) where T : struct, IInts<T> => T.NotZero(left);
    }

    // Kept from the least sum on, 0..2^bits − 1, so that bits above those are an overflow and cutting them off wraps.
    private readonly struct WrapBelow32 : IStep32
    {
        public static T Enter<T>(T sum, T min) where T : struct, IInts<T> => (sum ^ min) & ~(min + min);

        public static T Leave<T>(T kept, T min) where T : struct, IInts<T> => kept + min;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static T Add<T>(T sum, T group, ref T left, T min, T max) where T : struct, IInts<T>
        {
            T next = sum + group;
            left |= next;
            return next & ~(min + min);
        }

        public static uint Flags<T>(T left, T min) where T : struct, IInts<T> => T.NotZero(left & (min + min));
    }

    // In 32 bits a sum overflows when it differs in sign from both terms; its own sign is then the wrong one.
    private readonly struct Saturate32 : IStep32
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static T Add<T>(T sum, T group, ref T left, T min, T max) where T : struct, IInts<T>
        {
            T next = sum + group, over = T.Overflowed(sum, group, next);
            left |= over;
            return T.WhereNegative(over, (next >> 31) ^ min, next);
        }

        public static uint Flags<T>(T left, T min) where T : struct, IInts<T> => T.Negative(left);
    }

    private readonly struct Wrap32 : IStep32
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static T Add<T>(T sum, T group, ref T left, T min, T max) where T : struct, IInts<T>
        {
            T next = sum + group;
            left |= T.Overflowed(sum, group, next);
            return next;
        }

        public static uint Flags<T>(T left, T min) where T : struct, IInts<T> => T.Negative(left);
    }
}
