using System.Collections.Immutable;
using NpuSim.Reports.Studies.Figures;
using NpuSim.Reports.Tables;
using NpuSim.Reports.Text;

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

    /// <summary>What reaching the accuracy that the scheme is compared at costs.</summary>
    public static readonly Column<DecisionCell> ToTarget = new("Cost to reach",
        c => c.Target is not { } target || c.Run.Cost is null || !c.HasCurve() ? null
            : c.StepsTo(target) is int steps ? c.CyclesAfter(steps) / c.Profile.ClockHz : "not reached",
        Text: ToTargetText,
        Meaning: "What training to half of what the scheme's most accurate run gains costs: steps × cost of a step, the steps read "
            + "off the accuracy curve by straight lines between the points where it was measured. The learning rate falls over the "
            + "whole training, so that a shorter one may learn faster.");

    /// <summary>Steps of the whole training.</summary>
    public static readonly Column<DecisionCell> Steps = new("Steps", c => c.Steps(), Format: "#,0",
        Meaning: "Training steps; all methods see equally many samples unless a budget of cycles decides.");

    /// <summary>Time of the whole training.</summary>
    public static readonly Column<DecisionCell> WholeTime = new("Whole training",
        c => c.Profile.ClockHz > 0 ? c.WholeCycles() / c.Profile.ClockHz : null, "s", Column<DecisionCell>.MetricPrefix,
        Meaning: "Time of all steps, with what runs once before a few-shot episode.");

    /// <summary>Energy of the whole training.</summary>
    public static readonly Column<DecisionCell> WholeEnergy = new("Its energy", c => c.WholeEnergy(), "J",
        Column<DecisionCell>.MetricPrefix, Meaning: "Energy of all steps, with what runs once before a few-shot episode.");

    /// <summary>Accuracy at equal cycles.</summary>
    public static readonly Column<DecisionCell> AtEqualCycles = new("At equal cycles",
        c => 100 * (c.LeastCycles is { } all && c.Run.Cost is { Cycles: > 0 } cost
            ? c.AccuracyAfter((all - (c.Run.Setup?.Cycles ?? 0)) / cost.Cycles) : null), "%", "F1",
        Meaning: "Accuracy once a method has spent the cycles of the cheapest whole training on this profile, read off its curve by "
            + "straight lines between measured points; --budget cycles trains anew for them.");

    /// <summary>Accuracy at equal energy.</summary>
    public static readonly Column<DecisionCell> AtEqualEnergy = new("At equal energy",
        c => 100 * (c.LeastEnergy is { } all && c.Run.Cost is { EnergyJoules: > 0 } cost
            ? c.AccuracyAfter((all - (c.Run.Setup?.EnergyJoules ?? 0)) / cost.EnergyJoules) : null), "%", "F1",
        Meaning: "Accuracy once a method has spent the energy of the cheapest whole training on this profile, read off its curve.");

    /// <summary>Those that no run has alone.</summary>
    public static readonly ImmutableArray<Column<DecisionCell>> Derived =
        [StepTime, ToTarget, WholeTime, WholeEnergy, AtEqualCycles, AtEqualEnergy];

    /// <summary>All methods on equal footing: samples, cycles, energy, and what an accuracy costs.</summary>
    public static readonly Table<DecisionCell> EqualFooting = new("On equal footing: samples, cycles, energy",
        new("Profile", c => c.Profile.Name), new("Method", c => c.Run.Label()), Steps,
        Accuracy with { Header = "At equal samples" }, AtEqualCycles, AtEqualEnergy, WholeTime, WholeEnergy, ToTarget);

    /// <summary>Those of every cell, in the order in which they stand in it.</summary>
    public static readonly ImmutableArray<Column<DecisionCell>> All = [Accuracy, Scratch, StepTime, Energy];

    private static string ToTargetText(DecisionCell cell)
    {
        string target = Quantity.Fixed(100 * cell.Target!.Value, 0) + " %";
        return cell.StepsTo(cell.Target.Value) is not int steps ? $"{target} not reached"
            : $"{target} in {Quantity.Count(steps)} {(steps == 1 ? "step" : "steps")}, "
                + $"{Quantity.Metric(cell.CyclesAfter(steps)!.Value / cell.Profile.ClockHz, "s")}, "
                + Quantity.Metric(cell.EnergyAfter(steps)!.Value, "J");
    }
}
