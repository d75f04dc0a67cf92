namespace NpuSim.Accelerators.Engines;

/// <summary>
/// Cycles of a matrix product on a systolic array of R rows and C columns. The product is cut into folds that fit the array; a
/// fold loads what stays (R cycles), streams the rest through (skewed by R − 1), and drains (C − 1). Source of the per-fold
/// terms: Samajdar et al., "A systematic methodology for characterizing scalability of DNN accelerators using SCALE-Sim",
/// ISPASS 2020. What a real design adds is in <see cref="FoldSchedule"/>.
/// </summary>
public static class SystolicCycles
{
    /// <summary>
    /// Number of folds: ⌈K/R⌉⌈N/C⌉ weight-stationary, ⌈K/R⌉⌈M/C⌉ input-stationary, ⌈M/R⌉⌈N/C⌉ output-stationary.
    /// </summary>
    public static long Folds(SystolicArray array, Gemm gemm)
    {
        (long rows, long columns, _) = Mapped(array, gemm);
        return checked(gemm.Count * Gemm.CeilingDivide(rows, array.Rows) * Gemm.CeilingDivide(columns, array.Columns));
    }

    /// <summary>
    /// Cycles, as a count (SCALE-Sim reports the index of the last cycle, one less). Serial: folds · (load + stream + R + C −
    /// 2), with load R for a stationary operand and 0 output-stationary. Pipelined: the next fold's load and the last one's
    /// drain go on beside the streaming, so that a fold costs max(stream, R) and filling and draining are paid once.
    /// </summary>
    /// <param name="array">The array.</param>
    /// <param name="gemm">The product.</param>
    /// <param name="rate">MACs per cycle as a share of the peak, 0 &lt; rate ≤ 1: streaming takes 1/rate as long.</param>
    public static double Of(SystolicArray array, Gemm gemm, double rate = 1)
    {
        (_, _, long streamed) = Mapped(array, gemm);
        double stream = Math.Ceiling(streamed / rate), folds = Folds(array, gemm);
        if (array.Overheads is { } overheads)
            return new FoldSchedule(array, overheads, stream, folds, Columns(array, gemm)).Cycles;
        long load = array.Dataflow == Dataflow.OutputStationary ? 0 : array.Rows;
        double once = load + stream + array.Rows + array.Columns - 2;
        return array.Pipelined ? ((folds - 1) * Math.Max(stream, array.Rows)) + once : folds * once;
    }

    /// <summary>Cycles from the start of one fold to the next in the middle of a product.</summary>
    /// <param name="array">The array.</param>
    /// <param name="streamed">Rows or columns that stream through.</param>
    public static double Pace(SystolicArray array, double streamed) =>
        Math.Max(Math.Max(streamed, array.Rows), array.Overheads?.FoldDistanceCycles ?? 0);

    // Columns of folds: the folds of one add up, which is all there is to a reduction; each fold of its own output-stationary.
    private static double Columns(SystolicArray array, Gemm gemm)
    {
        (long rows, long columns, _) = Mapped(array, gemm);
        double across = (double)gemm.Count * Gemm.CeilingDivide(columns, array.Columns);
        return array.Dataflow == Dataflow.OutputStationary ? across * Gemm.CeilingDivide(rows, array.Rows) : across;
    }

    private static (long Rows, long Columns, long Streamed) Mapped(SystolicArray array, Gemm gemm) => array.Dataflow switch
    {
        Dataflow.WeightStationary => (gemm.K, gemm.N, gemm.M),
        Dataflow.InputStationary => (gemm.K, gemm.M, gemm.N),
        Dataflow.OutputStationary => (gemm.M, gemm.N, gemm.K),
        _ => throw new ArgumentOutOfRangeException(nameof(array)),
    };
}
