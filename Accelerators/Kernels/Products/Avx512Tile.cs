using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace NpuSim.Accelerators.Kernels.Products;

/// <summary>
/// The register tile of AVX-512BW: up to 14 rows × 32 columns of int32 sums, 28 accumulators, two loads of the right panel and
/// one broadcast of the left per row and pair of products (vpmaddwd, vpaddd). The row count is a type, so each of its 14 values
/// gets its own code without branches.
/// </summary>
internal static unsafe class Avx512Tile
{
    /// <summary>A number of rows, 1..14.</summary>
    internal interface IRows
    {
        static abstract int Count { get; }
    }
    internal readonly struct Rows1 : IRows { public static int Count => 1; }
    internal readonly struct Rows2 : IRows { public static int Count => 2; }
    internal readonly struct Rows3 : IRows { public static int Count => 3; }
    internal readonly struct Rows4 : IRows { public static int Count => 4; }
    internal readonly struct Rows5 : IRows { public static int Count => 5; }
    internal readonly struct Rows6 : IRows { public static int Count => 6; }
    internal readonly struct Rows7 : IRows { public static int Count => 7; }
    internal readonly struct Rows8 : IRows { public static int Count => 8; }
    internal readonly struct Rows9 : IRows { public static int Count => 9; }
    internal readonly struct Rows10 : IRows { public static int Count => 10; }
    internal readonly struct Rows11 : IRows { public static int Count => 11; }
    internal readonly struct Rows12 : IRows { public static int Count => 12; }
    internal readonly struct Rows13 : IRows { public static int Count => 13; }
    internal readonly struct Rows14 : IRows { public static int Count => 14; }

    /// <summary>sums[r, c] = start[r, c] + Σ over pairs left · right.</summary>
    /// <param name="pairs">Pairs of products.</param>
    /// <param name="left">[pairs, 14] pairs of 16-bit operands.</param>
    /// <param name="right">[pairs, 32] pairs of 16-bit operands.</param>
    /// <param name="start">[rows, 32].</param>
    /// <param name="stride">Elements from one row of start to the next; 0: all rows start alike.</param>
    /// <param name="sums">[rows, 32], 64-byte aligned.</param>
    public static void Run<TRows>(int pairs, int* left, int* right, int* start, int stride, int* sums) where TRows : struct, IRows
    {
        Vector512<int> s0a = Vector512.Load(start), s0b = Vector512.Load(start + 16);
        Vector512<int> s1a = default, s1b = default;
        if (TRows.Count > 1)
            (s1a, s1b) = (Vector512.Load(start + (1 * stride)), Vector512.Load(start + (1 * stride) + 16));
        Vector512<int> s2a = default, s2b = default;
        if (TRows.Count > 2)
            (s2a, s2b) = (Vector512.Load(start + (2 * stride)), Vector512.Load(start + (2 * stride) + 16));
        Vector512<int> s3a = default, s3b = default;
        if (TRows.Count > 3)
            (s3a, s3b) = (Vector512.Load(start + (3 * stride)), Vector512.Load(start + (3 * stride) + 16));
        Vector512<int> s4a = default, s4b = default;
        if (TRows.Count > 4)
            (s4a, s4b) = (Vector512.Load(start + (4 * stride)), Vector512.Load(start + (4 * stride) + 16));
        Vector512<int> s5a = default, s5b = default;
        if (TRows.Count > 5)
            (s5a, s5b) = (Vector512.Load(start + (5 * stride)), Vector512.Load(start + (5 * stride) + 16));
        Vector512<int> s6a = default, s6b = default;
        if (TRows.Count > 6)
            (s6a, s6b) = (Vector512.Load(start + (6 * stride)), Vector512.Load(start + (6 * stride) + 16));
        Vector512<int> s7a = default, s7b = default;
        if (TRows.Count > 7)
            (s7a, s7b) = (Vector512.Load(start + (7 * stride)), Vector512.Load(start + (7 * stride) + 16));
        Vector512<int> s8a = default, s8b = default;
        if (TRows.Count > 8)
            (s8a, s8b) = (Vector512.Load(start + (8 * stride)), Vector512.Load(start + (8 * stride) + 16));
        Vector512<int> s9a = default, s9b = default;
        if (TRows.Count > 9)
            (s9a, s9b) = (Vector512.Load(start + (9 * stride)), Vector512.Load(start + (9 * stride) + 16));
        Vector512<int> s10a = default, s10b = default;
        if (TRows.Count > 10)
            (s10a, s10b) = (Vector512.Load(start + (10 * stride)), Vector512.Load(start + (10 * stride) + 16));
        Vector512<int> s11a = default, s11b = default;
        if (TRows.Count > 11)
            (s11a, s11b) = (Vector512.Load(start + (11 * stride)), Vector512.Load(start + (11 * stride) + 16));
        Vector512<int> s12a = default, s12b = default;
        if (TRows.Count > 12)
            (s12a, s12b) = (Vector512.Load(start + (12 * stride)), Vector512.Load(start + (12 * stride) + 16));
        Vector512<int> s13a = default, s13b = default;
        if (TRows.Count > 13)
            (s13a, s13b) = (Vector512.Load(start + (13 * stride)), Vector512.Load(start + (13 * stride) + 16));
        for (int* end = left + ((long)pairs * 14); left < end; left += 14, right += 32)
        {
            Vector512<short> a = Vector512.Load((short*)right), b = Vector512.Load((short*)(right + 16));
            Vector512<short> x0 = Vector512.Create(left[0]).AsInt16();
            s0a += Avx512BW.MultiplyAddAdjacent(a, x0);
            s0b += Avx512BW.MultiplyAddAdjacent(b, x0);
            if (TRows.Count > 1)
            {
                Vector512<short> x1 = Vector512.Create(left[1]).AsInt16();
                s1a += Avx512BW.MultiplyAddAdjacent(a, x1);
                s1b += Avx512BW.MultiplyAddAdjacent(b, x1);
            }

            if (TRows.Count > 2)
            {
                Vector512<short> x2 = Vector512.Create(left[2]).AsInt16();
                s2a += Avx512BW.MultiplyAddAdjacent(a, x2);
                s2b += Avx512BW.MultiplyAddAdjacent(b, x2);
            }

            if (TRows.Count > 3)
            {
                Vector512<short> x3 = Vector512.Create(left[3]).AsInt16();
                s3a += Avx512BW.MultiplyAddAdjacent(a, x3);
                s3b += Avx512BW.MultiplyAddAdjacent(b, x3);
            }

            if (TRows.Count > 4)
            {
                Vector512<short> x4 = Vector512.Create(left[4]).AsInt16();
                s4a += Avx512BW.MultiplyAddAdjacent(a, x4);
                s4b += Avx512BW.MultiplyAddAdjacent(b, x4);
            }

            if (TRows.Count > 5)
            {
                Vector512<short> x5 = Vector512.Create(left[5]).AsInt16();
                s5a += Avx512BW.MultiplyAddAdjacent(a, x5);
                s5b += Avx512BW.MultiplyAddAdjacent(b, x5);
            }

            if (TRows.Count > 6)
            {
                Vector512<short> x6 = Vector512.Create(left[6]).AsInt16();
                s6a += Avx512BW.MultiplyAddAdjacent(a, x6);
                s6b += Avx512BW.MultiplyAddAdjacent(b, x6);
            }

            if (TRows.Count > 7)
            {
                Vector512<short> x7 = Vector512.Create(left[7]).AsInt16();
                s7a += Avx512BW.MultiplyAddAdjacent(a, x7);
                s7b += Avx512BW.MultiplyAddAdjacent(b, x7);
            }

            if (TRows.Count > 8)
            {
                Vector512<short> x8 = Vector512.Create(left[8]).AsInt16();
                s8a += Avx512BW.MultiplyAddAdjacent(a, x8);
                s8b += Avx512BW.MultiplyAddAdjacent(b, x8);
            }

            if (TRows.Count > 9)
            {
                Vector512<short> x9 = Vector512.Create(left[9]).AsInt16();
                s9a += Avx512BW.MultiplyAddAdjacent(a, x9);
                s9b += Avx512BW.MultiplyAddAdjacent(b, x9);
            }

            if (TRows.Count > 10)
            {
                Vector512<short> x10 = Vector512.Create(left[10]).AsInt16();
                s10a += Avx512BW.MultiplyAddAdjacent(a, x10);
                s10b += Avx512BW.MultiplyAddAdjacent(b, x10);
            }

            if (TRows.Count > 11)
            {
                Vector512<short> x11 = Vector512.Create(left[11]).AsInt16();
                s11a += Avx512BW.MultiplyAddAdjacent(a, x11);
                s11b += Avx512BW.MultiplyAddAdjacent(b, x11);
            }

            if (TRows.Count > 12)
            {
                Vector512<short> x12 = Vector512.Create(left[12]).AsInt16();
                s12a += Avx512BW.MultiplyAddAdjacent(a, x12);
                s12b += Avx512BW.MultiplyAddAdjacent(b, x12);
            }

            if (TRows.Count > 13)
            {
                Vector512<short> x13 = Vector512.Create(left[13]).AsInt16();
                s13a += Avx512BW.MultiplyAddAdjacent(a, x13);
                s13b += Avx512BW.MultiplyAddAdjacent(b, x13);
            }

        }

        s0a.Store(sums);
        s0b.Store(sums + 16);
        if (TRows.Count > 1)
        {
            s1a.Store(sums + 32);
            s1b.Store(sums + 48);
        }

        if (TRows.Count > 2)
        {
            s2a.Store(sums + 64);
            s2b.Store(sums + 80);
        }

        if (TRows.Count > 3)
        {
            s3a.Store(sums + 96);
            s3b.Store(sums + 112);
        }

        if (TRows.Count > 4)
        {
            s4a.Store(sums + 128);
            s4b.Store(sums + 144);
        }

        if (TRows.Count > 5)
        {
            s5a.Store(sums + 160);
            s5b.Store(sums + 176);
        }

        if (TRows.Count > 6)
        {
            s6a.Store(sums + 192);
            s6b.Store(sums + 208);
        }

        if (TRows.Count > 7)
        {
            s7a.Store(sums + 224);
            s7b.Store(sums + 240);
        }

        if (TRows.Count > 8)
        {
            s8a.Store(sums + 256);
            s8b.Store(sums + 272);
        }

        if (TRows.Count > 9)
        {
            s9a.Store(sums + 288);
            s9b.Store(sums + 304);
        }

        if (TRows.Count > 10)
        {
            s10a.Store(sums + 320);
            s10b.Store(sums + 336);
        }

        if (TRows.Count > 11)
        {
            s11a.Store(sums + 352);
            s11b.Store(sums + 368);
        }

        if (TRows.Count > 12)
        {
            s12a.Store(sums + 384);
            s12b.Store(sums + 400);
        }

        if (TRows.Count > 13)
        {
            s13a.Store(sums + 416);
            s13b.Store(sums + 432);
        }

    }
}
