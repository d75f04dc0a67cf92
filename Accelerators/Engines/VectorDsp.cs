using NpuSim.Yaml;

namespace NpuSim.Accelerators.Engines;

/// <summary>A vector DSP whose lanes multiply and accumulate.</summary>
/// <param name="Lanes">Accumulator lanes per instruction.</param>
/// <param name="MacsPerLane">8×8-bit MACs per lane and instruction (HVX vrmpy: 4).</param>
/// <param name="IssueWidth">Multiply instructions per cycle.</param>
/// <param name="LoopOverheadCycles">Cycles per inner loop that are not multiplies.</param>
[Yaml("A vector DSP whose lanes multiply and accumulate.")]
public sealed record VectorDsp(
    [Yaml("Accumulator lanes per instruction.", Min = 1, Max = 65536)] int Lanes,
    [Yaml("8×8-bit MACs per lane and instruction.", Min = 1, Max = 1024)] int MacsPerLane,
    [Yaml("Multiply instructions per cycle.", Min = 1, Max = 64)] int IssueWidth,
    [Yaml("Cycles per inner loop that are not multiplies.", Min = 0)] double LoopOverheadCycles) : Engine
{
    /// <summary>Lanes · MACs per lane · issue width.</summary>
    public override double PeakMacsPerCycle => (double)Lanes * MacsPerLane * IssueWidth;

    /// <inheritdoc/>
    public override bool RequantizesOnVectorUnit => true;

    /// <inheritdoc/>
    public override (long Sums, string What) LeastSums => (Lanes, "one sum for each lane");

    /// <summary>inner loops · (⌈K / MACs per lane⌉ / issue width + loop overhead); fewest over the choices of axis.</summary>
    /// <param name="gemm">The product.</param>
    /// <param name="rate">MACs per cycle as a share of the peak, 0 &lt; rate ≤ 1.</param>
    /// <remarks>
    /// Cycles of a matrix product on a vector DSP. Each lane keeps one output; one inner loop runs over the reduction, several
    /// MACs per lane and instruction. The lanes lie along whichever of the output's axes wastes least: its columns, its rows,
    /// or the independent products, which leaves nothing to reduce within a lane. A depthwise convolution has only the last:
    /// neighbours in memory are other channels.
    /// </remarks>
    public override double Cycles(Gemm gemm, double rate = 1)
    {
        double reduced = Math.Ceiling(gemm.K / (MacsPerLane * rate)),
            single = Math.Ceiling(gemm.K / Math.Min(1, MacsPerLane * rate));
        double alongColumns = (double)gemm.Count * gemm.M * Gemm.CeilingDivide(gemm.N, Lanes);
        double alongRows = (double)gemm.Count * gemm.N * Gemm.CeilingDivide(gemm.M, Lanes);
        double alongProducts = (double)gemm.M * gemm.N * Gemm.CeilingDivide(gemm.Count, Lanes);
        if (gemm.Class == KernelClass.Depthwise)
            return alongProducts * Loop(single);
        return Math.Min(Math.Min(alongColumns, alongRows) * Loop(reduced), alongProducts * Loop(single));

        double Loop(double instructions) => (instructions / IssueWidth) + LoopOverheadCycles;
    }
}
