using System.Runtime.CompilerServices;

namespace NpuSim.Workloads.Evaluation.Products;

/// <summary>
/// The innermost loops of a product, c[r, n] (+)= Σ a[r, k] · b[k, n], for two vectors of columns and a few rows, held in
/// registers. Lanes go across columns; each sum runs over k in order.
/// </summary>
internal readonly unsafe struct WideTile<TLanes, TVector> : IGemmTile
    where TLanes : struct, ILanes<TVector>
    where TVector : struct
{
    public static int Columns => 2 * TLanes.Count;

    public static int Rows(int remaining) => remaining >= 6 ? 6 : remaining >= 3 ? 3 : 1;

    public static void Multiply(int rows, int k, float* a, nint row, nint step, float* b, float* c, nint stride, bool accumulate)
    {
        switch (rows)
        {
            case 6: Six(k, a, row, step, b, c, stride, accumulate); break;
            case 3: Three(k, a, row, step, b, c, stride, accumulate); break;
            default: One(k, a, row, step, b, c, stride, accumulate); break;
        }
    }

    /// <summary>Six rows.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Six(int k, float* a, nint row, nint step, float* b, float* c, nint stride, bool accumulate)
    {
        int width = TLanes.Count;
        TVector c00 = default, c01 = default, c10 = default, c11 = default, c20 = default, c21 = default;
        TVector c30 = default, c31 = default, c40 = default, c41 = default, c50 = default, c51 = default;
        if (accumulate)
        {
            (c00, c01) = (TLanes.Load(c), TLanes.Load(c + width));
            (c10, c11) = (TLanes.Load(c + stride), TLanes.Load(c + stride + width));
            (c20, c21) = (TLanes.Load(c + (2 * stride)), TLanes.Load(c + (2 * stride) + width));
            (c30, c31) = (TLanes.Load(c + (3 * stride)), TLanes.Load(c + (3 * stride) + width));
            (c40, c41) = (TLanes.Load(c + (4 * stride)), TLanes.Load(c + (4 * stride) + width));
            (c50, c51) = (TLanes.Load(c + (5 * stride)), TLanes.Load(c + (5 * stride) + width));
        }

        float* a3 = a + (3 * row);
        nint row2 = 2 * row;
        for (int i = 0; i < k; i++)
        {
            TVector b0 = TLanes.Load(b), b1 = TLanes.Load(b + width), x;
            x = TLanes.Repeat(*a);
            c00 = TLanes.FusedMultiplyAdd(x, b0, c00);
            c01 = TLanes.FusedMultiplyAdd(x, b1, c01);
            x = TLanes.Repeat(a[row]);
            c10 = TLanes.FusedMultiplyAdd(x, b0, c10);
            c11 = TLanes.FusedMultiplyAdd(x, b1, c11);
            x = TLanes.Repeat(a[row2]);
            c20 = TLanes.FusedMultiplyAdd(x, b0, c20);
            c21 = TLanes.FusedMultiplyAdd(x, b1, c21);
            x = TLanes.Repeat(*a3);
            c30 = TLanes.FusedMultiplyAdd(x, b0, c30);
            c31 = TLanes.FusedMultiplyAdd(x, b1, c31);
            x = TLanes.Repeat(a3[row]);
            c40 = TLanes.FusedMultiplyAdd(x, b0, c40);
            c41 = TLanes.FusedMultiplyAdd(x, b1, c41);
            x = TLanes.Repeat(a3[row2]);
            c50 = TLanes.FusedMultiplyAdd(x, b0, c50);
            c51 = TLanes.FusedMultiplyAdd(x, b1, c51);
            a += step;
            a3 += step;
            b += 2 * width;
        }

        TLanes.Store(c00, c);
        TLanes.Store(c01, c + width);
        TLanes.Store(c10, c + stride);
        TLanes.Store(c11, c + stride + width);
        TLanes.Store(c20, c + (2 * stride));
        TLanes.Store(c21, c + (2 * stride) + width);
        TLanes.Store(c30, c + (3 * stride));
        TLanes.Store(c31, c + (3 * stride) + width);
        TLanes.Store(c40, c + (4 * stride));
        TLanes.Store(c41, c + (4 * stride) + width);
        TLanes.Store(c50, c + (5 * stride));
        TLanes.Store(c51, c + (5 * stride) + width);
    }

    /// <summary>Three rows.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Three(int k, float* a, nint row, nint step, float* b, float* c, nint stride, bool accumulate)
    {
        int width = TLanes.Count;
        TVector c00 = default, c01 = default, c10 = default, c11 = default, c20 = default, c21 = default;
        if (accumulate)
        {
            (c00, c01) = (TLanes.Load(c), TLanes.Load(c + width));
            (c10, c11) = (TLanes.Load(c + stride), TLanes.Load(c + stride + width));
            (c20, c21) = (TLanes.Load(c + (2 * stride)), TLanes.Load(c + (2 * stride) + width));
        }

        nint row2 = 2 * row;
        for (int i = 0; i < k; i++)
        {
            TVector b0 = TLanes.Load(b), b1 = TLanes.Load(b + width), x;
            x = TLanes.Repeat(*a);
            c00 = TLanes.FusedMultiplyAdd(x, b0, c00);
            c01 = TLanes.FusedMultiplyAdd(x, b1, c01);
            x = TLanes.Repeat(a[row]);
            c10 = TLanes.FusedMultiplyAdd(x, b0, c10);
            c11 = TLanes.FusedMultiplyAdd(x, b1, c11);
            x = TLanes.Repeat(a[row2]);
            c20 = TLanes.FusedMultiplyAdd(x, b0, c20);
            c21 = TLanes.FusedMultiplyAdd(x, b1, c21);
            a += step;
            b += 2 * width;
        }

        TLanes.Store(c00, c);
        TLanes.Store(c01, c + width);
        TLanes.Store(c10, c + stride);
        TLanes.Store(c11, c + stride + width);
        TLanes.Store(c20, c + (2 * stride));
        TLanes.Store(c21, c + (2 * stride) + width);
    }

    /// <summary>One row.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void One(int k, float* a, nint row, nint step, float* b, float* c, nint stride, bool accumulate)
    {
        int width = TLanes.Count;
        TVector c00 = default, c01 = default;
        if (accumulate)
        {
            (c00, c01) = (TLanes.Load(c), TLanes.Load(c + width));
        }

        for (int i = 0; i < k; i++)
        {
            TVector b0 = TLanes.Load(b), b1 = TLanes.Load(b + width), x;
            x = TLanes.Repeat(*a);
            c00 = TLanes.FusedMultiplyAdd(x, b0, c00);
            c01 = TLanes.FusedMultiplyAdd(x, b1, c01);
            a += step;
            b += 2 * width;
        }

        TLanes.Store(c00, c);
        TLanes.Store(c01, c + width);
    }
}
