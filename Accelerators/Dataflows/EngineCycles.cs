using NpuSim.Accelerators.Profiles;

namespace NpuSim.Accelerators.Dataflows;

/// <summary>
/// What an engine does with a matrix product, whichever kind it is: cycles, peak, and how often it reads its operands.
/// </summary>
public static class EngineCycles
{
    /// <summary>Cycles in which the engine computes <paramref name="gemm"/>, its operands being at hand.</summary>
    /// <param name="engine">The engine.</param>
    /// <param name="gemm">The product.</param>
    /// <param name="rate">MACs per cycle as a share of the peak, 0 &lt; rate ≤ 1.</param>
    public static double Of(Engine engine, Gemm gemm, double rate = 1) => engine switch
    {
        SystolicArray array => SystolicCycles.Of(array, gemm, rate),
        MacArray array => MacArrayCycles.Of(array, gemm, rate),
        VectorDsp dsp => VectorDspCycles.Of(dsp, gemm, rate),
        Microcontroller core => MicrocontrollerCycles.Of(core, gemm, rate),
        _ => throw new ArgumentOutOfRangeException(nameof(engine)),
    };

    /// <summary>8×8-bit MACs per cycle at the most.</summary>
    public static double PeakMacsPerCycle(Engine engine) => engine switch
    {
        SystolicArray array => (double)array.Rows * array.Columns,
        MacArray array => array.MacsPerCycle,
        VectorDsp dsp => (double)dsp.Lanes * dsp.MacsPerLane * dsp.IssueWidth,
        Microcontroller core => 1 / Math.Min(
            Math.Min(core.ConvolutionCyclesPerMac, core.DepthwiseCyclesPerMac),
            Math.Min(core.PointwiseCyclesPerMac, core.FullyConnectedCyclesPerMac)),
        _ => throw new ArgumentOutOfRangeException(nameof(engine)),
    };

    /// <summary>
    /// Partial sums that wait between folds for each row (input-stationary: column) that streams: those of one column of folds,
    /// where the reduction takes more than one fold. 0 where sums stay in the engine.
    /// </summary>
    public static long WaitingSums(Engine engine, Gemm gemm) => engine is SystolicArray a && gemm.K > a.Rows
        ? a.Dataflow switch
        {
            Dataflow.WeightStationary => Math.Min(gemm.N, a.Columns),
            Dataflow.InputStationary => Math.Min(gemm.M, a.Columns),
            _ => 0,
        }
        : 0;

    /// <summary>
    /// How often a systolic array reads each operand from the scratchpad, and how often it adds to each partial sum: what does
    /// not stay in the array is streamed once per column of folds. Other engines keep operands in registers: once each.
    /// </summary>
    public static (long Streamed, long Weights, long PartialSums) Passes(Engine engine, Gemm gemm) => engine switch
    {
        SystolicArray { Dataflow: Dataflow.WeightStationary } a =>
            (Gemm.CeilingDivide(gemm.N, a.Columns), 1, Gemm.CeilingDivide(gemm.K, a.Rows)),
        SystolicArray { Dataflow: Dataflow.InputStationary } a =>
            (1, Gemm.CeilingDivide(gemm.M, a.Columns), Gemm.CeilingDivide(gemm.K, a.Rows)),
        SystolicArray a => (Gemm.CeilingDivide(gemm.N, a.Columns), Gemm.CeilingDivide(gemm.M, a.Rows), 1),
        _ => (1, 1, 1),
    };
}
