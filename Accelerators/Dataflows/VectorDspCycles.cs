using NpuSim.Accelerators.Profiles;

namespace NpuSim.Accelerators.Dataflows;

/// <summary>
/// Cycles of a matrix product on a vector DSP. Each lane keeps one output; one inner loop runs over the reduction, several MACs
/// per lane and instruction. The lanes lie along whichever of the output's axes wastes least: its columns, its rows, or the
/// independent products, which leaves nothing to reduce within a lane. A depthwise convolution has only the last: neighbours in
/// memory are other channels.
/// </summary>
public static class VectorDspCycles
{
    /// <summary>inner loops · (⌈K / MACs per lane⌉ / issue width + loop overhead); fewest over the choices of axis.</summary>
    /// <param name="dsp">The DSP.</param>
    /// <param name="gemm">The product.</param>
    /// <param name="rate">MACs per cycle as a share of the peak, 0 &lt; rate ≤ 1.</param>
    public static double Of(VectorDsp dsp, Gemm gemm, double rate = 1)
    {
        double reduced = Math.Ceiling(gemm.K / (dsp.MacsPerLane * rate)),
            single = Math.Ceiling(gemm.K / Math.Min(1, dsp.MacsPerLane * rate));
        double alongColumns = (double)gemm.Count * gemm.M * Gemm.CeilingDivide(gemm.N, dsp.Lanes);
        double alongRows = (double)gemm.Count * gemm.N * Gemm.CeilingDivide(gemm.M, dsp.Lanes);
        double alongProducts = (double)gemm.M * gemm.N * Gemm.CeilingDivide(gemm.Count, dsp.Lanes);
        if (gemm.Class == KernelClass.Depthwise)
            return alongProducts * Loop(single);
        return Math.Min(Math.Min(alongColumns, alongRows) * Loop(reduced), alongProducts * Loop(single));

        double Loop(double instructions) => (instructions / dsp.IssueWidth) + dsp.LoopOverheadCycles;
    }
}
