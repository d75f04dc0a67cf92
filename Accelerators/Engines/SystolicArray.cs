using NpuSim.Yaml;

namespace NpuSim.Accelerators.Engines;

/// <summary>A grid of MACs that pass operands to their neighbours.</summary>
/// <param name="Rows">At least 1.</param>
/// <param name="Columns">At least 1.</param>
/// <param name="Dataflow">Which operand stays.</param>
/// <param name="Pipelined">
/// True: preload and drain of neighbouring folds overlap with streaming. False: folds run one after another (SCALE-Sim).
/// </param>
/// <param name="Overheads">What the design costs beyond these formulas; null: nothing.</param>
[Yaml("A grid of MACs that pass operands to their neighbours.")]
public sealed record SystolicArray(
    [Yaml("Rows of the grid.", Min = 1, Max = 65536)] int Rows,
    [Yaml("Columns of the grid.", Min = 1, Max = 65536)] int Columns,
    [Yaml("Which operand stays in the array.")] Dataflow Dataflow,
    [Yaml("Preload and drain of neighbouring folds overlap with streaming; false: folds run one after another, as in SCALE-Sim.")]
    bool Pipelined = true,
    [Yaml("What the design costs beyond these formulas; null: nothing.", HideNull = true)]
    ArrayOverheads? Overheads = null) : Engine
{
    /// <summary>Rows · columns.</summary>
    public override double PeakMacsPerCycle => (double)Rows * Columns;

    /// <inheritdoc/>
    public override bool RequantizesOnVectorUnit => true;

    /// <inheritdoc/>
    public override bool RequantizesBeside => Overheads?.RequantizesBeside ?? true;

    /// <inheritdoc/>
    public override (long Sums, string What) LeastSums => (Columns, "one row of the array");

    /// <summary>What streams is not filled up: it may have any length.</summary>
    public override (long Rows, long Columns, long Depth) WholeTiles => Overheads is not { WholeTiles: true } ? base.WholeTiles
        : Dataflow switch
        {
            Dataflow.WeightStationary => (1, Columns, Rows),
            Dataflow.InputStationary => (Columns, 1, Rows),
            _ => (Rows, Columns, 1),
        };

    /// <summary><see cref="SystolicCycles.Of"/>.</summary>
    public override double Cycles(Gemm gemm, double rate = 1) => SystolicCycles.Of(this, gemm, rate);

    /// <summary>What does not stay in the array is streamed once per column of folds.</summary>
    public override (long Streamed, long Weights, long PartialSums) Passes(Gemm gemm) => Dataflow switch
    {
        Dataflow.WeightStationary => (Gemm.CeilingDivide(gemm.N, Columns), 1, Gemm.CeilingDivide(gemm.K, Rows)),
        Dataflow.InputStationary => (1, Gemm.CeilingDivide(gemm.M, Columns), Gemm.CeilingDivide(gemm.K, Rows)),
        _ => (Gemm.CeilingDivide(gemm.N, Columns), Gemm.CeilingDivide(gemm.M, Rows), 1),
    };

    /// <summary>
    /// Partial sums that wait between folds for each row (input-stationary: column) that streams: those of one column of folds,
    /// where the reduction takes more than one fold. 0 where sums stay in the array.
    /// </summary>
    /// <param name="gemm">The product.</param>
    public long WaitingSums(Gemm gemm) => gemm.K <= Rows ? 0 : Dataflow switch
    {
        Dataflow.WeightStationary => Math.Min(gemm.N, Columns),
        Dataflow.InputStationary => Math.Min(gemm.M, Columns),
        _ => 0,
    };
}
