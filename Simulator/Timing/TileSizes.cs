using NpuSim.Accelerators.Engines;

namespace NpuSim.Simulator.Timing;

/// <summary>
/// Tiles as the software of an array with a sequencer chooses them (tiled_matmul_auto of gemmini.h): a square of blocks whose
/// sums fit, as deep as both operands fit beside it, then one block more of columns, rows and depth in turn while there is room.
/// </summary>
internal static class TileSizes
{
    /// <summary>Rows, columns and depth of a tile, multiples of the array's except where the product ends.</summary>
    /// <param name="array">The array.</param>
    /// <param name="gemm">The product.</param>
    /// <param name="operands">Elements of both operands that a tile may hold.</param>
    /// <param name="sums">Partial sums that a tile may hold.</param>
    public static (long M, long N, long K) Of(SystolicArray array, Gemm gemm, long operands, long sums)
    {
        long r = array.Rows, c = array.Columns;
        long down = Gemm.CeilingDivide(gemm.M, r), across = Gemm.CeilingDivide(gemm.N, c), deep = Gemm.CeilingDivide(gemm.K, r);
        long square = Math.Max(1, (long)Math.Sqrt(sums / (r * c)));
        long i = Math.Min(down, square), j = Math.Min(across, square);
        long k = Math.Min(deep, Math.Max(1, operands / 2 / (r * c) / square));
        bool Fits(long i, long j, long k) =>
            i <= down && j <= across && k <= deep && ((i * k * r * r) + (k * j * r * c)) <= operands && i * j * r * c <= sums;
        for (bool grows = true; grows;)
        {
            grows = false;
            if (Fits(i, j + 1, k))
                (j, grows) = (j + 1, true);
            if (Fits(i + 1, j, k))
                (i, grows) = (i + 1, true);
            if (Fits(i, j, k + 1))
                (k, grows) = (k + 1, true);
        }

        return (i * r, j * c, k * r);
    }
}
