using NpuSim.Accelerators.Dataflows;

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
/// <param name="Reread">Bytes read from the scratchpad again because partial sums are kept for a piece at a time.</param>
internal readonly record struct PlacedGemm(
    Gemm Gemm, double Rate, double ComputeCycles, long Streamed, Place StreamedPlace, long Weights, Place WeightsPlace,
    long Result, Place ResultPlace, long Bias, Place BiasPlace, double Reread = 0)
{
    /// <summary>Bytes of the streamed operand in a tile.</summary>
    public double StreamedTile(Tile tile) => (double)Streamed / Gemm.Count * tile.Count / Gemm.M * tile.M / Gemm.K * tile.K;

    /// <summary>Bytes of the weights in a tile.</summary>
    public double WeightsTile(Tile tile) => (double)Weights / Gemm.Count * tile.Count / Gemm.N * tile.N / Gemm.K * tile.K;

    /// <summary>Bytes of the result in a tile.</summary>
    public double ResultTile(Tile tile) => (double)Result / Gemm.Count * tile.Count / Gemm.M * tile.M / Gemm.N * tile.N;
}
