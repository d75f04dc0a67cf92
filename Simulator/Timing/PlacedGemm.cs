using NpuSim.Accelerators.Engines;

namespace NpuSim.Simulator.Timing;

/// <summary>A matrix product with the sizes and places of its operands.</summary>
/// <param name="Gemm">The product.</param>
/// <param name="Rate">MACs per cycle of these formats as a share of the peak.</param>
/// <param name="ComputeCycles">Cycles of the whole product with its operands at hand.</param>
/// <param name="Streamed">Bytes of the M×K operand, as stored (a convolution reads its images, not their im2col copy).</param>
/// <param name="StreamedPlace">Where it lies.</param>
/// <param name="Weights">Bytes of the K×N operand.</param>
/// <param name="WeightsPlace">Where it lies.</param>
/// <param name="Result">Bytes of the M×N result.</param>
/// <param name="ResultPlace">Where it goes.</param>
/// <param name="Bias">Bytes read once beside: the bias.</param>
/// <param name="BiasPlace">Where it lies.</param>
/// <param name="Whole">Lengths to whose multiples the operands are filled up, included in their bytes.</param>
/// <param name="Reread">Bytes read from the scratchpad again because partial sums are kept for a piece at a time.</param>
internal readonly record struct PlacedGemm(
    Gemm Gemm, double Rate, double ComputeCycles, long Streamed, Place StreamedPlace, long Weights, Place WeightsPlace,
    long Result, Place ResultPlace, long Bias, Place BiasPlace, WholeTiles Whole, double Reread = 0)
{
    /// <summary>Bytes of the streamed operand in a tile.</summary>
    public double StreamedTile(Tile tile) => Part(Streamed, tile, Gemm.M, tile.M, Whole.Rows, Gemm.K, tile.K, Whole.Depth);

    /// <summary>Bytes of the weights in a tile.</summary>
    public double WeightsTile(Tile tile) => Part(Weights, tile, Gemm.N, tile.N, Whole.Columns, Gemm.K, tile.K, Whole.Depth);

    /// <summary>Bytes of the result in a tile.</summary>
    public double ResultTile(Tile tile) => Part(Result, tile, Gemm.M, tile.M, Whole.Rows, Gemm.N, tile.N, Whole.Columns);

    private double Part(long bytes, Tile tile, long a, long tileA, long wholeA, long b, long tileB, long wholeB) =>
        (double)bytes / Gemm.Count * tile.Count / WholeTiles.Filled(a, wholeA) * WholeTiles.Filled(tileA, wholeA)
            / WholeTiles.Filled(b, wholeB) * WholeTiles.Filled(tileB, wholeB);
}
