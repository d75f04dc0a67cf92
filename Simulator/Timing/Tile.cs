using NpuSim.Accelerators.Engines;

namespace NpuSim.Simulator.Timing;

/// <summary>How computing and transfers share the time.</summary>
internal enum Overlap
{
    /// <summary>One after the other.</summary>
    None,

    /// <summary>The next tile comes and the last one leaves while one is computed.</summary>
    Tiles,

    /// <summary>Loads and arithmetic of a core go on side by side.</summary>
    Full,
}

/// <summary>A piece of a matrix product.</summary>
/// <param name="Count">Products.</param>
/// <param name="M">Rows.</param>
/// <param name="N">Columns.</param>
/// <param name="K">Length of the reduction.</param>
internal readonly record struct Tile(long Count, long M, long N, long K)
{
    /// <summary>Pieces of size <paramref name="tile"/> that cover <paramref name="whole"/>.</summary>
    public static double Pieces(long whole, long tile) => (whole + tile - 1) / tile;

    /// <summary>This piece as a product of its own.</summary>
    public Gemm Of(Gemm whole)
    {
        Gemm piece = whole with { Count = Count, M = M, N = N, K = K, KernelElements = Math.Min(whole.KernelElements, K) };
        return M == whole.M ? piece : piece with { Columns = Math.Min(whole.Columns, M), Rows = 1 };
    }
}
