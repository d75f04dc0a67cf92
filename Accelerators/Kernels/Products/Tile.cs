using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace NpuSim.Accelerators.Kernels.Products;

/// <summary>
/// Panels and tiles of the matrix product. A left panel holds up to 14 rows, a right panel 32 columns; both keep two successive
/// operands of a row side by side in 32 bits: panel[pair, row].
/// </summary>
internal static unsafe class Tile
{
    /// <summary>Rows of a left panel.</summary>
    public const int Rows = 14;

    /// <summary>Columns of a right panel.</summary>
    public const int Columns = 32;

    /// <summary>
    /// sums[r, c] = start[c] + Σ over pairs, modulo 2³², on the best instruction set there is; past the columns of the tile,
    /// where the panel is 0, start[c].
    /// </summary>
    public static void Run(in OutputTile tile, int pairs, int* left, int* right, int* start, int* sums)
    {
        if (Avx512BW.IsSupported)
        {
            RunAvx512(tile.Rows, pairs, left, right, start, 0, sums);
            return;
        }

        for (int r = 0; r < tile.Rows; r++)
            new ReadOnlySpan<int>(start, Columns).CopyTo(new Span<int>(sums + (r * Columns), Columns));
        Continue(tile, pairs, left, right, sums);
    }

    /// <summary>sums[r, c] += Σ over pairs, modulo 2³².</summary>
    public static void Continue(in OutputTile tile, int pairs, int* left, int* right, int* sums)
    {
        if (Avx512BW.IsSupported)
            RunAvx512(tile.Rows, pairs, left, right, sums, Columns, sums);
        else if (Avx2.IsSupported)
            RunAvx2(tile, pairs, left, right, sums);
        else
            RunPortable(tile, pairs, left, right, sums);
    }

    private static void RunAvx512(int rows, int pairs, int* left, int* right, int* start, int stride, int* sums)
    {
        switch (rows)
        {
            case 1: Avx512Tile.Run<Avx512Tile.Rows1>(pairs, left, right, start, stride, sums); break;
            case 2: Avx512Tile.Run<Avx512Tile.Rows2>(pairs, left, right, start, stride, sums); break;
            case 3: Avx512Tile.Run<Avx512Tile.Rows3>(pairs, left, right, start, stride, sums); break;
            case 4: Avx512Tile.Run<Avx512Tile.Rows4>(pairs, left, right, start, stride, sums); break;
            case 5: Avx512Tile.Run<Avx512Tile.Rows5>(pairs, left, right, start, stride, sums); break;
            case 6: Avx512Tile.Run<Avx512Tile.Rows6>(pairs, left, right, start, stride, sums); break;
            case 7: Avx512Tile.Run<Avx512Tile.Rows7>(pairs, left, right, start, stride, sums); break;
            case 8: Avx512Tile.Run<Avx512Tile.Rows8>(pairs, left, right, start, stride, sums); break;
            case 9: Avx512Tile.Run<Avx512Tile.Rows9>(pairs, left, right, start, stride, sums); break;
            case 10: Avx512Tile.Run<Avx512Tile.Rows10>(pairs, left, right, start, stride, sums); break;
            case 11: Avx512Tile.Run<Avx512Tile.Rows11>(pairs, left, right, start, stride, sums); break;
            case 12: Avx512Tile.Run<Avx512Tile.Rows12>(pairs, left, right, start, stride, sums); break;
            case 13: Avx512Tile.Run<Avx512Tile.Rows13>(pairs, left, right, start, stride, sums); break;
            default: Avx512Tile.Run<Avx512Tile.Rows14>(pairs, left, right, start, stride, sums); break;
        }
    }

    private static void RunAvx2(in OutputTile tile, int pairs, int* left, int* right, int* sums)
    {
        int rows = tile.Rows, columns = tile.Columns;
        for (int r = 0; r < rows; r += 4)
        {
            int c = 0;
            for (; columns - c > 8; c += 16)
                Sixteen(r, rows, pairs, left, right + c, sums + c);
            if (c < columns)
                Eight(r, rows, pairs, left, right + c, sums + c);
        }
    }

    // Four rows and sixteen columns; past the end the last row again.
    private static void Sixteen(int r, int rows, int pairs, int* x, int* y, int* sums)
    {
        int r1 = Math.Min(r + 1, rows - 1), r2 = Math.Min(r + 2, rows - 1), r3 = Math.Min(r + 3, rows - 1);
        Vector256<int> a0 = default, a1 = default, a2 = default, a3 = default;
        Vector256<int> b0 = default, b1 = default, b2 = default, b3 = default;
        for (int p = 0; p < pairs; p++, x += Rows, y += Columns)
        {
            Vector256<short> ya = Vector256.Load((short*)y), yb = Vector256.Load((short*)(y + 8));
            Vector256<short> x0 = Vector256.Create(x[r]).AsInt16(), x1 = Vector256.Create(x[r1]).AsInt16();
            a0 += Avx2.MultiplyAddAdjacent(ya, x0);
            b0 += Avx2.MultiplyAddAdjacent(yb, x0);
            a1 += Avx2.MultiplyAddAdjacent(ya, x1);
            b1 += Avx2.MultiplyAddAdjacent(yb, x1);
            Vector256<short> x2 = Vector256.Create(x[r2]).AsInt16(), x3 = Vector256.Create(x[r3]).AsInt16();
            a2 += Avx2.MultiplyAddAdjacent(ya, x2);
            b2 += Avx2.MultiplyAddAdjacent(yb, x2);
            a3 += Avx2.MultiplyAddAdjacent(ya, x3);
            b3 += Avx2.MultiplyAddAdjacent(yb, x3);
        }

        Add(r, rows, sums, a0, a1, a2, a3);
        Add(r, rows, sums + 8, b0, b1, b2, b3);
    }

    // Four rows and eight columns.
    private static void Eight(int r, int rows, int pairs, int* x, int* y, int* sums)
    {
        int r1 = Math.Min(r + 1, rows - 1), r2 = Math.Min(r + 2, rows - 1), r3 = Math.Min(r + 3, rows - 1);
        Vector256<int> a0 = default, a1 = default, a2 = default, a3 = default;
        for (int p = 0; p < pairs; p++, x += Rows, y += Columns)
        {
            Vector256<short> columns = Vector256.Load((short*)y);
            a0 += Avx2.MultiplyAddAdjacent(columns, Vector256.Create(x[r]).AsInt16());
            a1 += Avx2.MultiplyAddAdjacent(columns, Vector256.Create(x[r1]).AsInt16());
            a2 += Avx2.MultiplyAddAdjacent(columns, Vector256.Create(x[r2]).AsInt16());
            a3 += Avx2.MultiplyAddAdjacent(columns, Vector256.Create(x[r3]).AsInt16());
        }

        Add(r, rows, sums, a0, a1, a2, a3);
    }

    private static void Add(
        int r, int rows, int* sums, Vector256<int> a0, Vector256<int> a1, Vector256<int> a2, Vector256<int> a3)
    {
        int* to = sums + (r * Columns);
        (Vector256.Load(to) + a0).Store(to);
        if (r + 1 < rows)
            (Vector256.Load(to + Columns) + a1).Store(to + Columns);
        if (r + 2 < rows)
            (Vector256.Load(to + (2 * Columns)) + a2).Store(to + (2 * Columns));
        if (r + 3 < rows)
            (Vector256.Load(to + (3 * Columns)) + a3).Store(to + (3 * Columns));
    }

    private static void RunPortable(in OutputTile tile, int pairs, int* left, int* right, int* sums)
    {
        for (int r = 0; r < tile.Rows; r++)
        {
            for (int c = 0; c < tile.Columns; c += 16)
            {
                Vector128<int> s0 = Vector128.Load(sums + (r * Columns) + c), s1 = Vector128.Load(sums + (r * Columns) + c + 4);
                Vector128<int> s2 = Vector128.Load(sums + (r * Columns) + c + 8),
                    s3 = Vector128.Load(sums + (r * Columns) + c + 12);
                int* y = right + c;
                for (int p = 0; p < pairs; p++, y += Columns)
                {
                    int pair = left[(p * Rows) + r];
                    Vector128<int> low = Vector128.Create((int)(short)pair), high = Vector128.Create(pair >> 16);
                    s0 += Dot(Vector128.Load(y), low, high);
                    s1 += Dot(Vector128.Load(y + 4), low, high);
                    s2 += Dot(Vector128.Load(y + 8), low, high);
                    s3 += Dot(Vector128.Load(y + 12), low, high);
                }

                s0.Store(sums + (r * Columns) + c);
                s1.Store(sums + (r * Columns) + c + 4);
                s2.Store(sums + (r * Columns) + c + 8);
                s3.Store(sums + (r * Columns) + c + 12);
            }
        }
    }

    private static Vector128<int> Dot(Vector128<int> pairs, Vector128<int> low, Vector128<int> high) =>
        (((pairs << 16) >> 16) * low) + ((pairs >> 16) * high);
}
