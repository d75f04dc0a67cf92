using System.Runtime.CompilerServices;

namespace NpuSim.Simulator.Execution.Float.Products;

/// <summary>
/// The innermost loops of a product: c[r, n] (+)= Σ a[r, k] · b[k, n] for a few rows and two vectors of columns, held in registers.
/// Lanes go across columns; each sum runs over k in order.
/// </summary>
internal static unsafe class GemmTile<TLanes, TVector>
    where TLanes : struct, ILanes<TVector>
    where TVector : struct
{
    /// <summary>Columns of a tile.</summary>
    internal static int Columns => 2 * TLanes.Count;

    /// <summary>Six rows.</summary>
    /// <param name="k">Terms of each sum.</param>
    /// <param name="a">First element of the rows.</param>
    /// <param name="row">Distance between rows of a.</param>
    /// <param name="step">Distance between terms of a.</param>
    /// <param name="b">Packed panel [k, columns].</param>
    /// <param name="c">First element of the result.</param>
    /// <param name="stride">Distance between rows of c.</param>
    /// <param name="accumulate">True: the sums go on from what c holds; false: they start at 0.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static void Six(int k, float* a, nint row, nint step, float* b, float* c, nint stride, bool accumulate)
    {
        TVector c00 = default, c01 = default, c10 = default, c11 = default, c20 = default, c21 = default;
        TVector c30 = default, c31 = default, c40 = default, c41 = default, c50 = default, c51 = default;
        int width = TLanes.Count;
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
            TVector b0 = TLanes.Load(b), b1 = TLanes.Load(b + width);
            TVector x = TLanes.Repeat(*a), y = TLanes.Repeat(a[row]);
            c00 = TLanes.FusedMultiplyAdd(x, b0, c00);
            c01 = TLanes.FusedMultiplyAdd(x, b1, c01);
            c10 = TLanes.FusedMultiplyAdd(y, b0, c10);
            c11 = TLanes.FusedMultiplyAdd(y, b1, c11);
            x = TLanes.Repeat(a[row2]);
            y = TLanes.Repeat(*a3);
            c20 = TLanes.FusedMultiplyAdd(x, b0, c20);
            c21 = TLanes.FusedMultiplyAdd(x, b1, c21);
            c30 = TLanes.FusedMultiplyAdd(y, b0, c30);
            c31 = TLanes.FusedMultiplyAdd(y, b1, c31);
            x = TLanes.Repeat(a3[row]);
            y = TLanes.Repeat(a3[row2]);
            c40 = TLanes.FusedMultiplyAdd(x, b0, c40);
            c41 = TLanes.FusedMultiplyAdd(x, b1, c41);
            c50 = TLanes.FusedMultiplyAdd(y, b0, c50);
            c51 = TLanes.FusedMultiplyAdd(y, b1, c51);
            a += step;
            a3 += step;
            b += 2 * width;
        }

        Store(c00, c01, c);
        Store(c10, c11, c + stride);
        Store(c20, c21, c + (2 * stride));
        Store(c30, c31, c + (3 * stride));
        Store(c40, c41, c + (4 * stride));
        Store(c50, c51, c + (5 * stride));
    }

    /// <summary>One row; parameters as for six.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static void One(int k, float* a, nint step, float* b, float* c, bool accumulate)
    {
        int width = TLanes.Count;
        TVector c0 = accumulate ? TLanes.Load(c) : default, c1 = accumulate ? TLanes.Load(c + width) : default;
        for (int i = 0; i < k; i++)
        {
            TVector x = TLanes.Repeat(*a);
            c0 = TLanes.FusedMultiplyAdd(x, TLanes.Load(b), c0);
            c1 = TLanes.FusedMultiplyAdd(x, TLanes.Load(b + width), c1);
            a += step;
            b += 2 * width;
        }

        Store(c0, c1, c);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Store(TVector left, TVector right, float* c)
    {
        TLanes.Store(left, c);
        TLanes.Store(right, c + TLanes.Count);
    }
}
