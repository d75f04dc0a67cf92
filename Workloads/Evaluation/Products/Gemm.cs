using System.Buffers;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace NpuSim.Workloads.Evaluation.Products;

/// <summary>A matrix in memory: element (row, column) at Data[row · RowStride + column · ColumnStride].</summary>
internal readonly unsafe record struct Matrix(IntPtr Address, int Rows, int Columns, nint RowStride, nint ColumnStride)
{
    internal Matrix(float* data, int rows, int columns, nint rowStride, nint columnStride)
        : this((IntPtr)data, rows, columns, rowStride, columnStride) { }

    internal float* Data => (float*)Address;

    internal Matrix SkipColumns(int columns, int count) =>
        new(Data + (columns * ColumnStride), Rows, count, RowStride, ColumnStride);

    internal Matrix SkipRows(int rows, int count) => new(Data + (rows * RowStride), count, Columns, RowStride, ColumnStride);
}

/// <summary>What happens to finished sums: c · scale + bias[column].</summary>
internal readonly unsafe record struct Epilogue(float Scale, IntPtr Bias)
{
    internal static Epilogue None => new(1, 0);

    internal bool IsNone => Scale == 1 && Bias == 0;
}

/// <summary>
/// Matrix products with b packed in panels of columns. Sums run over k in order by fused multiply-adds, whatever the vector
/// width, the blocking and the threads, so that the bits are those of the textbook loop.
/// </summary>
internal static unsafe class Gemm
{
    private const int BlockTerms = 1024, BlockElements = 1 << 15, MostRows = 12;

    /// <summary>Floats that <see cref="Pack"/> needs for b [k, n]: columns filled up to the narrowest vectors' tile.</summary>
    internal static int PackedLength(int k, int n) => k * ((n + 31) / 32 * 32);

    /// <summary>c = epilogue(a · b) on up to so many threads, which split the rows.</summary>
    /// <param name="a">[m, k].</param>
    /// <param name="b">[k, n].</param>
    /// <param name="c">[m, n], rows contiguous.</param>
    /// <param name="epilogue">What happens to finished sums.</param>
    /// <param name="threads">At least 1.</param>
    internal static void Multiply(Matrix a, Matrix b, Matrix c, Epilogue epilogue, int threads)
    {
        int k = b.Rows, n = b.Columns;
        float[] buffer = ArrayPool<float>.Shared.Rent(PackedLength(Math.Min(k, BlockTerms), n));
        fixed (float* pinned = buffer)
        {
            IntPtr packed = (IntPtr)pinned;
            for (int start = 0; start < k; start += BlockTerms)
            {
                int terms = Math.Min(BlockTerms, k - start);
                Epilogue end = start + terms == k ? epilogue : Epilogue.None;
                Pack(b.SkipRows(start, terms), (float*)packed, terms, 0);
                if (threads == 1)
                    Rows(a.SkipColumns(start, terms), (float*)packed, c, start > 0, end);
                else
                    Split(a.SkipColumns(start, terms), packed, c, start > 0, end, threads);
            }
        }

        ArrayPool<float>.Shared.Return(buffer);
    }

    private static void Split(Matrix a, IntPtr packed, Matrix c, bool accumulate, Epilogue epilogue, int threads) =>
        Parallelism.Split(a.Rows, MostRows, (long)a.Columns * c.Columns, threads, (row, rows) =>
            Rows(a.SkipRows(row, rows), (float*)packed, c.SkipRows(row, rows), accumulate, epilogue));

    /// <summary>
    /// Copies b [k, n] to panels, each [total, columns of a tile], as rows <paramref name="offset"/>… of each; missing columns
    /// become zeros.
    /// </summary>
    internal static void Pack(Matrix b, float* packed, int total, int offset)
    {
        for (int column = 0; column < b.Columns;)
        {
            int tile = TileColumns(b.Columns - column), valid = Math.Min(tile, b.Columns - column);
            float* target = packed + ((long)column * total) + ((long)offset * tile);
            for (int k = 0; k < b.Rows; k++, target += tile)
            {
                float* source = b.Data + (k * b.RowStride) + (column * b.ColumnStride);
                if (b.ColumnStride == 1)
                {
                    new ReadOnlySpan<float>(source, valid).CopyTo(new Span<float>(target, valid));
                }
                else
                {
                    for (int i = 0; i < valid; i++)
                        target[i] = source[i * b.ColumnStride];
                }

                for (int i = valid; i < tile; i++)
                    target[i] = 0;
            }

            column += tile;
        }
    }

    /// <summary>True when b [k, n] lies in memory as <see cref="Pack"/> would write it.</summary>
    internal static bool IsPacked(Matrix b) =>
        b.ColumnStride == 1 && b.RowStride == b.Columns && b.Columns == TileColumns(b.Columns);

    /// <summary>c (+)= a · packed b on the calling thread.</summary>
    internal static void Rows(Matrix a, float* packed, Matrix c, bool accumulate, Epilogue epilogue)
    {
        int block = Math.Max(BlockElements / a.Columns / MostRows, 1) * MostRows;
        for (int row = 0; row < a.Rows; row += block)
        {
            int rows = Math.Min(block, a.Rows - row);
            for (int column = 0; column < c.Columns;)
            {
                int tile = TileColumns(c.Columns - column);
                Matrix left = a.SkipRows(row, rows);
                Matrix right = new(
                    c.Data + (row * c.RowStride) + column, rows, Math.Min(tile, c.Columns - column), c.RowStride, 1);
                float* panel = packed + ((long)column * a.Columns);
                if (tile == 32)
                    Panel<WideTile<Lanes16, Vector512<float>>>(left, panel, right, accumulate);
                else if (tile == 16 && Avx512F.IsSupported)
                    Panel<NarrowTile<Lanes16, Vector512<float>>>(left, panel, right, accumulate);
                else if (tile == 16)
                    Panel<WideTile<Lanes8, Vector256<float>>>(left, panel, right, accumulate);
                else if (Vector256.IsHardwareAccelerated)
                    Panel<NarrowTile<Lanes8, Vector256<float>>>(left, panel, right, accumulate);
                else
                    Panel<WideTile<Lanes4, Vector128<float>>>(left, panel, right, accumulate);
                if (!epilogue.IsNone)
                    Finish(right, epilogue with { Bias = epilogue.Bias == 0 ? 0 : epilogue.Bias + (column * sizeof(float)) });
                column += tile;
            }
        }
    }

    // Narrow results take narrow vectors, which waste fewer lanes.
    private static int TileColumns(int remaining) =>
        remaining > 16 && Avx512F.IsSupported ? 32 : remaining > 8 && Vector256.IsHardwareAccelerated ? 16 : 8;

    private static void Panel<TTile>(Matrix a, float* b, Matrix c, bool accumulate) where TTile : struct, IGemmTile
    {
        int tile = TTile.Columns;
        float* edge = stackalloc float[MostRows * tile];
        for (int row = 0; row < a.Rows;)
        {
            int rows = TTile.Rows(a.Rows - row);
            float* left = a.Data + (row * a.RowStride), target = c.Data + (row * c.RowStride);
            if (c.Columns == tile)
            {
                TTile.Multiply(rows, a.Columns, left, a.RowStride, a.ColumnStride, b, target, c.RowStride, accumulate);
            }
            else
            {
                if (accumulate)
                    Copy(target, c.RowStride, edge, tile, rows, c.Columns);
                TTile.Multiply(rows, a.Columns, left, a.RowStride, a.ColumnStride, b, edge, tile, accumulate);
                Copy(edge, tile, target, c.RowStride, rows, c.Columns);
            }

            row += rows;
        }
    }

    private static void Copy(float* source, nint sourceStride, float* target, nint targetStride, int rows, int columns)
    {
        for (int row = 0; row < rows; row++)
        {
            for (int i = 0; i < columns; i++)
                target[i] = source[i];
            source += sourceStride;
            target += targetStride;
        }
    }

    private static void Finish(Matrix c, Epilogue epilogue)
    {
        float* bias = (float*)epilogue.Bias;
        for (int row = 0; row < c.Rows; row++)
        {
            float* values = c.Data + (row * c.RowStride);
            int i = 0;
            for (; i <= c.Columns - 8; i += 8)
            {
                Vector256<float> value = Vector256.Load(values + i);
                if (epilogue.Scale != 1)
                    value *= epilogue.Scale;
                if (bias != null)
                    value += Vector256.Load(bias + i);
                value.Store(values + i);
            }

            for (; i < c.Columns; i++)
            {
                if (epilogue.Scale != 1)
                    values[i] *= epilogue.Scale;
                if (bias != null)
                    values[i] += bias[i];
            }
        }
    }
}
