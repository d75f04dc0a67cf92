using System.Collections.Immutable;
using NpuSim.Reports.Studies.Figures;
using NpuSim.Reports.Tables;

namespace NpuSim.Reports.Studies.Decisions;

/// <summary>The figures of a cell of the decision matrix, declared once for terminal, Markdown and HTML.</summary>
internal static class DecisionFigures
{
    /// <summary>Accuracy after the last step.</summary>
    public static readonly Column<DecisionCell> Accuracy = AccuracyFigures.Final.Column.On<DecisionCell>(c => c.Run);

    /// <summary>Scratch memory of one step.</summary>
    public static readonly Column<DecisionCell> Scratch =
        (MemoryFigures.Arena.Column with { Header = "Scratch" }).On<DecisionCell>(c => c.Run);

    /// <summary>Time of one step.</summary>
    public static readonly Column<DecisionCell> StepTime = new("Step",
        c => c.Run.Cost is { } cost && c.Profile.ClockHz > 0 ? cost.Cycles / c.Profile.ClockHz : null, "s",
        Column<DecisionCell>.MetricPrefix,
        Meaning: "Time of one training step: its cycles, waiting for memory included, at the profile's clock.");

    /// <summary>Energy of one step.</summary>
    public static readonly Column<DecisionCell> Energy = CostFigures.Energy.Column.On<DecisionCell>(c => c.Run);

    /// <summary>Those of every cell, in the order in which they stand in it.</summary>
    public static readonly ImmutableArray<Column<DecisionCell>> All = [Accuracy, Scratch, StepTime, Energy];
}
