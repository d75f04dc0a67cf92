using System.Runtime.CompilerServices;

namespace NpuSim.Workloads.Evaluation.Products;

/// <summary>
/// The innermost loops of a product, c[r, n] (+)= Σ a[r, k] · b[k, n], for one vector of columns and a few rows, held in
/// registers. Lanes go across columns; each sum runs over k in order.
/// </summary>
internal readonly unsafe struct NarrowTile<TLanes, TVector> : IGemmTile
    where TLanes : struct, ILanes<TVector>
    where TVector : struct
{
    public static int Columns => TLanes.Count;

    public static int Rows(int remaining) => remaining >= 12 ? 12 : remaining >= 6 ? 6 : remaining >= 3 ? 3 : 1;

    public static void Multiply(int rows, int k, float* a, nint row, nint step, float* b, float* c, nint stride, bool accumulate)
    {
        switch (rows)
        {
            case 12: Twelve(k, a, row, step, b, c, stride, accumulate); break;
            case 6: Six(k, a, row, step, b, c, stride, accumulate); break;
            case 3: Three(k, a, row, step, b, c, stride, accumulate); break;
            default: One(k, a, row, step, b, c, stride, accumulate); break;
        }
    }

    /// <summary>Twelve rows.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Twelve(int k, float* a, nint row, nint step, float* b, float* c, nint stride, bool accumulate)
    {
        TVector c0 = default, c1 = default, c2 = default, c3 = default, c4 = default, c5 = default;
        TVector c6 = default, c7 = default, c8 = default, c9 = default, c10 = default, c11 = default;
        if (accumulate)
        {
            c0 = TLanes.Load(c);
            c1 = TLanes.Load(c + stride);
            c2 = TLanes.Load(c + (2 * stride));
            c3 = TLanes.Load(c + (3 * stride));
            c4 = TLanes.Load(c + (4 * stride));
            c5 = TLanes.Load(c + (5 * stride));
            c6 = TLanes.Load(c + (6 * stride));
            c7 = TLanes.Load(c + (7 * stride));
            c8 = TLanes.Load(c + (8 * stride));
            c9 = TLanes.Load(c + (9 * stride));
            c10 = TLanes.Load(c + (10 * stride));
            c11 = TLanes.Load(c + (11 * stride));
        }

        float* a3 = a + (3 * row);
        float* a6 = a + (6 * row);
        float* a9 = a + (9 * row);
        nint row2 = 2 * row;
        for (int i = 0; i < k; i++)
        {
            TVector x = TLanes.Load(b);
            c0 = TLanes.FusedMultiplyAdd(TLanes.Repeat(*a), x, c0);
            c1 = TLanes.FusedMultiplyAdd(TLanes.Repeat(a[row]), x, c1);
            c2 = TLanes.FusedMultiplyAdd(TLanes.Repeat(a[row2]), x, c2);
            c3 = TLanes.FusedMultiplyAdd(TLanes.Repeat(*a3), x, c3);
            c4 = TLanes.FusedMultiplyAdd(TLanes.Repeat(a3[row]), x, c4);
            c5 = TLanes.FusedMultiplyAdd(TLanes.Repeat(a3[row2]), x, c5);
            c6 = TLanes.FusedMultiplyAdd(TLanes.Repeat(*a6), x, c6);
            c7 = TLanes.FusedMultiplyAdd(TLanes.Repeat(a6[row]), x, c7);
            c8 = TLanes.FusedMultiplyAdd(TLanes.Repeat(a6[row2]), x, c8);
            c9 = TLanes.FusedMultiplyAdd(TLanes.Repeat(*a9), x, c9);
            c10 = TLanes.FusedMultiplyAdd(TLanes.Repeat(a9[row]), x, c10);
            c11 = TLanes.FusedMultiplyAdd(TLanes.Repeat(a9[row2]), x, c11);
            a += step;
            a3 += step;
            a6 += step;
            a9 += step;
            b += TLanes.Count;
        }

        TLanes.Store(c0, c);
        TLanes.Store(c1, c + stride);
        TLanes.Store(c2, c + (2 * stride));
        TLanes.Store(c3, c + (3 * stride));
        TLanes.Store(c4, c + (4 * stride));
        TLanes.Store(c5, c + (5 * stride));
        TLanes.Store(c6, c + (6 * stride));
        TLanes.Store(c7, c + (7 * stride));
        TLanes.Store(c8, c + (8 * stride));
        TLanes.Store(c9, c + (9 * stride));
        TLanes.Store(c10, c + (10 * stride));
        TLanes.Store(c11, c + (11 * stride));
    }

    /// <summary>Six rows.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Six(int k, float* a, nint row, nint step, float* b, float* c, nint stride, bool accumulate)
    {
        TVector c0 = default, c1 = default, c2 = default, c3 = default, c4 = default, c5 = default;
        if (accumulate)
        {
            c0 = TLanes.Load(c);
            c1 = TLanes.Load(c + stride);
            c2 = TLanes.Load(c + (2 * stride));
            c3 = TLanes.Load(c + (3 * stride));
            c4 = TLanes.Load(c + (4 * stride));
            c5 = TLanes.Load(c + (5 * stride));
        }

        float* a3 = a + (3 * row);
        nint row2 = 2 * row;
        for (int i = 0; i < k; i++)
        {
            TVector x = TLanes.Load(b);
            c0 = TLanes.FusedMultiplyAdd(TLanes.Repeat(*a), x, c0);
            c1 = TLanes.FusedMultiplyAdd(TLanes.Repeat(a[row]), x, c1);
            c2 = TLanes.FusedMultiplyAdd(TLanes.Repeat(a[row2]), x, c2);
            c3 = TLanes.FusedMultiplyAdd(TLanes.Repeat(*a3), x, c3);
            c4 = TLanes.FusedMultiplyAdd(TLanes.Repeat(a3[row]), x, c4);
            c5 = TLanes.FusedMultiplyAdd(TLanes.Repeat(a3[row2]), x, c5);
            a += step;
            a3 += step;
            b += TLanes.Count;
        }

        TLanes.Store(c0, c);
        TLanes.Store(c1, c + stride);
        TLanes.Store(c2, c + (2 * stride));
        TLanes.Store(c3, c + (3 * stride));
        TLanes.Store(c4, c + (4 * stride));
        TLanes.Store(c5, c + (5 * stride));
    }

    /// <summary>Three rows.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Three(int k, float* a, nint row, nint step, float* b, float* c, nint stride, bool accumulate)
    {
        TVector c0 = default, c1 = default, c2 = default;
        if (accumulate)
        {
            c0 = TLanes.Load(c);
            c1 = TLanes.Load(c + stride);
            c2 = TLanes.Load(c + (2 * stride));
        }

        nint row2 = 2 * row;
        for (int i = 0; i < k; i++)
        {
            TVector x = TLanes.Load(b);
            c0 = TLanes.FusedMultiplyAdd(TLanes.Repeat(*a), x, c0);
            c1 = TLanes.FusedMultiplyAdd(TLanes.Repeat(a[row]), x, c1);
            c2 = TLanes.FusedMultiplyAdd(TLanes.Repeat(a[row2]), x, c2);
            a += step;
            b += TLanes.Count;
        }

        TLanes.Store(c0, c);
        TLanes.Store(c1, c + stride);
        TLanes.Store(c2, c + (2 * stride));
    }

    /// <summary>One row.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void One(int k, float* a, nint row, nint step, float* b, float* c, nint stride, bool accumulate)
    {
        TVector c0 = default;
        if (accumulate)
        {
            c0 = TLanes.Load(c);
        }

        for (int i = 0; i < k; i++)
        {
            TVector x = TLanes.Load(b);
            c0 = TLanes.FusedMultiplyAdd(TLanes.Repeat(*a), x, c0);
            a += step;
            b += TLanes.Count;
        }

        TLanes.Store(c0, c);
    }
}
