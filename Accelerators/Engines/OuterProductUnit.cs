using NpuSim.Yaml;

namespace NpuSim.Accelerators.Engines;

/// <summary>
/// A vector unit with outer-product instructions and tiles of sums beside its registers (Arm SME; proposed for RISC-V alike).
/// One instruction takes a vector of rows and one of columns and adds to every sum of a tile the products of a few elements:
/// SMOPA of 8-bit operands adds four products to each of (SVL/32)² sums of 32 bits, of which ZA holds four tiles. Source: Arm
/// Architecture Reference Manual, DDI 0487, SMOPA (4-way).
/// </summary>
/// <param name="TileRows">Rows of a tile of sums (SME: SVL / 32).</param>
/// <param name="TileColumns">Columns of it.</param>
/// <param name="Reduction">Products of 8-bit operands that one instruction adds to each sum (SMOPA: 4).</param>
/// <param name="BlockRows">Tiles below each other that are computed together: each vector of columns serves so many.</param>
/// <param name="BlockColumns">Tiles beside each other that are computed together: each vector of rows serves so many.</param>
/// <param name="IssueCycles">Cycles from one outer product to the next.</param>
/// <param name="LatencyCycles">Cycles from an outer product to the next into the same tile.</param>
/// <param name="DrainCyclesPerRow">Cycles in which one row of a finished tile leaves for a register.</param>
[Yaml("A vector unit with outer-product instructions and tiles of sums beside its registers (Arm SME).")]
public sealed record OuterProductUnit(
    [Yaml("Rows of a tile of sums.", Min = 1, Max = 65536)] int TileRows,
    [Yaml("Columns of a tile of sums.", Min = 1, Max = 65536)] int TileColumns,
    [Yaml("Products of 8-bit operands that one instruction adds to each sum of a tile.", Min = 1, Max = 1024)] int Reduction,
    [Yaml("Tiles below each other that are computed together.", Min = 1, Max = 1024)] int BlockRows,
    [Yaml("Tiles beside each other that are computed together.", Min = 1, Max = 1024)] int BlockColumns,
    [Yaml("Cycles from one outer product to the next.", Above = 0, Max = 1000000)] double IssueCycles,
    [Yaml("Cycles from an outer product to the next into the same tile.", Min = 0, Max = 1000000)] double LatencyCycles,
    [Yaml("Cycles in which one row of a finished tile leaves for a register.", Min = 0, Max = 1000000)]
    double DrainCyclesPerRow) : Engine
{
    /// <summary>Rows · columns · reduction / issue.</summary>
    public override double PeakMacsPerCycle => (double)TileRows * TileColumns * Reduction / IssueCycles;

    /// <inheritdoc/>
    public override bool RequantizesOnVectorUnit => true;

    /// <inheritdoc/>
    public override (long Sums, string What) LeastSums => ((long)TileRows * TileColumns, "one tile");

    /// <summary>
    /// Σ over blocks of ⌈K / (reduction · rate)⌉ · max(tiles of the block · issue, latency), then rows · tiles across · drain.
    /// A block is block-rows × block-columns tiles, fewer at the edges; a tile is computed in full whatever part of it is used.
    /// Products are computed one after another: a depthwise convolution, whose products have one column each, leaves all other
    /// columns idle.
    /// </summary>
    /// <param name="gemm">The product.</param>
    /// <param name="rate">MACs per cycle as a share of the peak, 0 &lt; rate ≤ 1 (16-bit SMOPA adds two products: 0.5).</param>
    public override double Cycles(Gemm gemm, double rate = 1)
    {
        long down = Gemm.CeilingDivide(gemm.M, TileRows), across = Gemm.CeilingDivide(gemm.N, TileColumns);
        (long rows, long lowRows) = Math.DivRem(down, BlockRows);
        (long columns, long lastColumns) = Math.DivRem(across, BlockColumns);
        double step = ((double)rows * columns * Block(BlockRows, BlockColumns)) + (rows * Block(BlockRows, lastColumns))
            + (columns * Block(lowRows, BlockColumns)) + Block(lowRows, lastColumns);
        double steps = Math.Ceiling(gemm.K / (Reduction * rate));
        return gemm.Count * ((steps * step) + ((double)gemm.M * across * DrainCyclesPerRow));

        double Block(long high, long wide) =>
            high == 0 || wide == 0 ? 0 : Math.Max((double)high * wide * IssueCycles, LatencyCycles);
    }

    /// <summary>
    /// Rows are read again for every column of blocks, columns for every row of blocks; sums stay in their tiles.
    /// </summary>
    public override (long Streamed, long Weights, long PartialSums) Passes(Gemm gemm) => (
        Gemm.CeilingDivide(gemm.N, (long)TileColumns * BlockColumns), Gemm.CeilingDivide(gemm.M, (long)TileRows * BlockRows), 1);
}
