namespace NpuSim.Accelerators.Engines;

/// <summary>
/// When the folds of a product start on an array of a real design, and when the last one ends. The keys of
/// <see cref="ArrayOverheads"/> are the terms by which RTL differs from the ideal pipeline
/// (folds − 1) · max(stream, R) + load + stream + R + C − 2.
/// </summary>
/// <param name="array">The array.</param>
/// <param name="overheads">What it costs beyond the ideal.</param>
/// <param name="stream">Cycles in which one fold streams.</param>
/// <param name="folds">Folds of the product.</param>
/// <param name="columns">Columns of folds: the folds of one column add up.</param>
internal sealed class FoldSchedule(
    SystolicArray array, ArrayOverheads overheads, double stream, double folds, double columns)
{
    /// <summary>Cycles of the product.</summary>
    public double Cycles => Math.Max(stream, overheads.Instructions is { } instructions
        ? instructions.WholeReduction ? ByBlock(instructions) : ByFold(instructions)
        : Whole());

    private double Load => array.Dataflow == Dataflow.OutputStationary ? 0 : array.Rows * overheads.LoadCyclesPerRow;

    // What happens once: the first load, the last fold's stream, skew, drain, the rows that leave after it, the first command.
    private double Once(double lastStream, double lastRows) =>
        Load + lastStream + array.Rows + array.Columns - 2 + overheads.ProductCycles
        + (overheads.DrainCycles + (overheads.DrainCyclesPerRow * lastRows)) + (overheads.Commands?.Cycles ?? 0);

    private double Whole()
    {
        double length = overheads.FillsShortFolds && folds > 1 ? Math.Max(stream, overheads.FoldDistanceCycles) : stream;
        double once = Once(length, stream), alone = Load + length + array.Rows + array.Columns - 2;
        if (folds == 1)
            return once;
        double pace = Pace(length, overheads.FoldDistanceCycles, 1, alone);
        double second = Pace(length, overheads.SecondFoldDistanceCycles ?? overheads.FoldDistanceCycles, 1, alone);
        if (!array.Pipelined)
            return ((folds - 1) * Math.Max(pace, alone)) + once;
        // Loads follow each other without a gap where they are slow; the first one alone is waited for by the whole array.
        double apart = Math.Max(second + ((folds - 2) * pace),
            Math.Max(Load - array.Rows + ((folds - 2) * pace), ((folds - 1) * Load) - array.Rows));
        return apart + once;
    }

    // A fold is cut into instructions, after each of which the array idles; the last of a column hands it over.
    private double ByFold(InstructionCost instructions)
    {
        double blocks = Math.Ceiling(stream / instructions.Rows), fold = stream + (blocks * instructions.IdleCycles);
        double last = stream + ((blocks - 1) * instructions.IdleCycles), alone = Load + last + array.Rows + array.Columns - 2;
        double within = Pace(fold, overheads.FoldDistanceCycles, blocks, alone);
        double between = Pace(fold + instructions.ColumnCycles, overheads.FoldDistanceCycles, blocks, alone);
        if (!array.Pipelined)
            (within, between) = (Math.Max(within, alone), Math.Max(between, alone));
        return ((folds - columns) * within) + ((columns - 1) * between) + Once(last, stream);
    }

    // Blocks of rows one after another; one instruction for the first fold of the reduction, one for all others.
    private double ByBlock(InstructionCost instructions)
    {
        double blocks = Math.Ceiling(stream / instructions.Rows), depth = folds / columns;
        double rows = Math.Min(stream, instructions.Rows), lastRows = stream - ((blocks - 1) * instructions.Rows);
        double commands = depth > 1 ? 2 : 1, idle = instructions.IdleCycles;
        double Length(double r) => depth > 1 ? depth * Math.Max(r, array.Rows) : r;
        double Unit(double r) => Pace(
            Length(r) + (commands * idle) + instructions.ColumnCycles, overheads.FoldDistanceCycles, commands,
            Load + Length(r) + array.Rows + array.Columns - 2);
        double End(double r) => Length(r) + ((commands - 1) * idle);
        double cycles = ((blocks - 1) * columns * Unit(rows)) + ((columns - 1) * Unit(lastRows)) + Once(End(lastRows), lastRows);
        if (overheads.DrainCyclesPerRow == 0)
            return cycles;
        // The rows of the folds before leave first: how much later than its own last product they let the last one's leave.
        double late = 0, all = blocks * columns;
        double[] ends = [Math.Min(1, columns - 1), columns - 1, Math.Min(columns, all - 1), all - 1]; // in between it is linear
        foreach (double back in ends)
        {
            double ofLast = Math.Min(back, columns - 1), whole = back - ofLast;
            double apart = (whole * Unit(rows)) + (ofLast * Unit(lastRows)) + (whole > 0 ? End(lastRows) - End(rows) : 0);
            double leaving = overheads.DrainCyclesPerRow * ((whole * rows) + (ofLast * lastRows));
            late = Math.Max(late, leaving + (back * idle) - apart);
        }

        return cycles + late;
    }

    private double Pace(double length, double distance, double commands, double alone)
    {
        double pace = Math.Max(Math.Max(length, array.Rows), distance);
        if (overheads.Commands is not { } issue)
            return pace;
        double host = issue.By == CommandIssuer.Host ? commands * issue.Cycles : 0;
        return Math.Max(Math.Max(pace, host), alone / issue.InFlight);
    }
}
