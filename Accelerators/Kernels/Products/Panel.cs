using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace NpuSim.Accelerators.Kernels.Products;

/// <summary>Packs rows of an operand into a panel: panel[pair, row], two successive 16-bit operands of a row in each 32
/// bits.</summary>
internal static unsafe class Panel
{
    /// <summary>Packs and measures; absent rows and an absent last operand are 0.</summary>
    /// <param name="source">Where rows come from.</param>
    /// <param name="first">First row.</param>
    /// <param name="count">Rows.</param>
    /// <param name="width">Rows a panel has room for, 14 or 32; up to two elements past a panel of 14 are overwritten.</param>
    /// <param name="depth">Operands per row.</param>
    /// <param name="panel">[(depth + 1) / 2, width].</param>
    /// <param name="segment">Operands per segment, a multiple of 16.</param>
    /// <param name="norms">[segments] A bound, rounded up, of the norm of that segment of every row.</param>
    /// <returns>A bound, rounded up, of the Euclidean norm of every row.</returns>
    public static double Pack(in RowSource source, int first, int count, int width, int depth, int* panel, int segment,
        double* norms)
    {
        if (width == Tile.Columns && source.Interleaves)
            return Interleave(source, first, count, depth, panel, segment, norms);
        int pairs = (depth + 1) / 2, stride = (pairs + 7) & ~7, room = (width + 7) & ~7;
        int* rows = Scratch.Get<int>(Scratch.Slot.Row, (long)room * stride);
        ulong largest = 0;
        int segments = (depth + segment - 1) / segment;
        ulong* bySegment = Scratch.Get<ulong>(Scratch.Slot.Squares, segments);
        new Span<ulong>(bySegment, segments).Clear();
        for (int r = 0; r < count; r++)
        {
            short* row = (short*)(rows + ((long)r * stride));
            source.Gather(first + r, row);
            new Span<short>(row + depth, (2 * stride) - depth).Clear();
            ulong whole = 0;
            for (int at = 0, i = 0; i < segments; at += segment, i++)
            {
                ulong squares = Squares(row + at, Math.Min(segment, (2 * stride) - at));
                bySegment[i] = Math.Max(bySegment[i], squares);
                whole += squares;
            }

            largest = Math.Max(largest, whole);
        }

        new Span<int>(rows + ((long)count * stride), (room - count) * stride).Clear();
        if (Avx2.IsSupported)
        {
            Transpose(rows, stride, pairs, room, width, panel);
        }
        else
        {
            for (int p = 0; p < pairs; p++)
            {
                for (int r = 0; r < width; r++)
                    panel[((long)p * width) + r] = rows[((long)r * stride) + p];
            }
        }

        for (int i = 0; i < segments; i++)
            norms[i] = Math.Sqrt(bySegment[i]) * (1 + 1e-12);
        return Math.Sqrt(largest) * (1 + 1e-12);
    }

    private static double Interleave(in RowSource source, int first, int count, int depth, int* panel, int segment, double* norms)
    {
        int segments = (depth + segment - 1) / segment;
        ulong* squares = Scratch.Get<ulong>(Scratch.Slot.Squares, segments * Tile.Columns);
        new Span<ulong>(squares, segments * Tile.Columns).Clear();
        source.Interleave(first, count, panel, segment, squares);
        ulong* whole = stackalloc ulong[Tile.Columns];
        new Span<ulong>(whole, Tile.Columns).Clear();
        for (int i = 0; i < segments; i++)
        {
            ulong largest = 0;
            for (int c = 0; c < Tile.Columns; c++)
            {
                ulong sum = squares[(i * Tile.Columns) + c];
                largest = Math.Max(largest, sum);
                whole[c] += sum;
            }

            norms[i] = Math.Sqrt(largest) * (1 + 1e-12);
        }

        ulong all = 0;
        for (int c = 0; c < Tile.Columns; c++)
            all = Math.Max(all, whole[c]);
        return Math.Sqrt(all) * (1 + 1e-12);
    }

    /// <summary>Σ x² over a multiple of 16 operands; no more than 2³¹ of them.</summary>
    internal static ulong Squares(short* x, int count)
    {
        if (!Avx2.IsSupported)
        {
            ulong total = 0;
            for (int i = 0; i < count; i++)
                total += (ulong)((long)x[i] * x[i]);
            return total;
        }

        Vector256<ulong> sum = default;
        for (int i = 0; i < count; i += 16)
        {
            Vector256<short> v = Vector256.Load(x + i);
            Vector256<ulong> squares = Avx2.MultiplyAddAdjacent(v, v).AsUInt64(); // pairs, unsigned 32 bits
            sum += (squares & Vector256.Create((ulong)uint.MaxValue)) + Vector256.ShiftRightLogical(squares, 32);
        }

        return Vector256.Sum(sum);
    }

    // Blocks of 8 × 8 pairs, last rows first. A row of 8 is stored whole: in a panel of 14 the two elements too many fall on the
    // next pair's first rows, which are stored later.
    private static void Transpose(int* rows, int stride, int pairs, int room, int width, int* panel)
    {
        for (int p = 0; p < pairs; p += 8)
        {
            for (int r = room - 8; r >= 0; r -= 8)
                Block(rows + ((long)r * stride) + p, stride, panel + ((long)p * width) + r, width, Math.Min(8, pairs - p));
        }
    }

    private static void Block(int* from, int stride, int* to, int width, int valid)
    {
        Vector256<int> r0 = Vector256.Load(from), r1 = Vector256.Load(from + stride);
        Vector256<int> r2 = Vector256.Load(from + (2L * stride)), r3 = Vector256.Load(from + (3L * stride));
        Vector256<int> r4 = Vector256.Load(from + (4L * stride)), r5 = Vector256.Load(from + (5L * stride));
        Vector256<int> r6 = Vector256.Load(from + (6L * stride)), r7 = Vector256.Load(from + (7L * stride));
        Vector256<long> a0 = Avx2.UnpackLow(r0, r1).AsInt64(), a1 = Avx2.UnpackHigh(r0, r1).AsInt64();
        Vector256<long> a2 = Avx2.UnpackLow(r2, r3).AsInt64(), a3 = Avx2.UnpackHigh(r2, r3).AsInt64();
        Vector256<long> a4 = Avx2.UnpackLow(r4, r5).AsInt64(), a5 = Avx2.UnpackHigh(r4, r5).AsInt64();
        Vector256<long> a6 = Avx2.UnpackLow(r6, r7).AsInt64(), a7 = Avx2.UnpackHigh(r6, r7).AsInt64();
        Vector256<long> b0 = Avx2.UnpackLow(a0, a2), b1 = Avx2.UnpackHigh(a0, a2);
        Vector256<long> b2 = Avx2.UnpackLow(a1, a3), b3 = Avx2.UnpackHigh(a1, a3);
        Vector256<long> b4 = Avx2.UnpackLow(a4, a6), b5 = Avx2.UnpackHigh(a4, a6);
        Vector256<long> b6 = Avx2.UnpackLow(a5, a7), b7 = Avx2.UnpackHigh(a5, a7);
        Store(Avx2.Permute2x128(b0, b4, 0x20), to, 0, width, valid);
        Store(Avx2.Permute2x128(b1, b5, 0x20), to, 1, width, valid);
        Store(Avx2.Permute2x128(b2, b6, 0x20), to, 2, width, valid);
        Store(Avx2.Permute2x128(b3, b7, 0x20), to, 3, width, valid);
        Store(Avx2.Permute2x128(b0, b4, 0x31), to, 4, width, valid);
        Store(Avx2.Permute2x128(b1, b5, 0x31), to, 5, width, valid);
        Store(Avx2.Permute2x128(b2, b6, 0x31), to, 6, width, valid);
        Store(Avx2.Permute2x128(b3, b7, 0x31), to, 7, width, valid);
    }

    private static void Store(Vector256<long> row, int* to, int index, int width, int valid)
    {
        if (index < valid)
            row.AsInt32().Store(to + ((long)index * width));
    }
}
