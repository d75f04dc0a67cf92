using System.Collections.Immutable;
using NpuSim.Reports.Tables;
using NpuSim.Simulator.Studies;
using NpuSim.Yaml;
using Quantity = NpuSim.Reports.Text.Quantity;

namespace NpuSim.Reports.Studies;

/// <summary>The tables of a corruption study.</summary>
public static class CorruptionTables
{
    /// <summary>One row per scheme, severity and method: means over the corruptions.</summary>
    public static readonly Table<CorruptionMean> Means = new("Means over the corruptions",
        new("Scheme", m => m.Scheme),
        new("Severity", m => m.Severity, Format: "F0"),
        new("Method", m => m.Method),
        new("Zero-shot", m => 100 * m.ZeroShot, "%", "F1"),
        new("Accuracy", m => 100 * m.Final, "%", "F1", m => WithSpread(m.Final!.Value, m.Spread!.Value)),
        new("Gap", m => 100 * m.Gap, "points", "F1", Meaning: "What the method ends below the first one."),
        new("Largest gap", m => 100 * m.LargestGap, "points", "F1",
            m => $"{Quantity.Percent(m.LargestGap!.Value)}, {YamlWords.Of(m.LargestAt!.Value)}",
            "The largest of the gaps, and where."));

    /// <summary>One row per run: every figure.</summary>
    /// <param name="runs">The runs of the study.</param>
    public static Table<CorruptedRun> Runs(ImmutableArray<CorruptedRun> runs)
    {
        Table<CorruptedRun> table = Figures(runs);
        return runs.All(r => r.Run.FaultText() is null)
            ? table : table with { Columns = table.Columns.Add(new("Outcome", r => r.Run.Outcome())) };
    }

    private static Table<CorruptedRun> Figures(ImmutableArray<CorruptedRun> runs) => new("Every corruption",
        new("Corruption", r => YamlWords.Of(r.Kind)),
        new("Severity", r => r.Severity, Format: "F0"),
        new("Scheme", r => r.Run.Scheme),
        new("Method", r => CorruptionMean.Name(r.Run)),
        new("Zero-shot", r => 100 * r.Run.Accuracy?.ZeroShotMean(), "%", "F1"),
        new("Accuracy", r => 100 * r.Run.Accuracy?.Mean, "%", "F1", r => r.Run.Accuracy!.AccuracyPercent()),
        new("Accuracy spread", r => 100 * r.Run.Accuracy?.Spread, "%", "F1"),
        new("Seeds", r => r.Run.Accuracy?.Final.Length, Format: "F0"),
        new("Gap", r => 100 * CorruptionMean.GapOf(r, runs), "points", "F1"),
        new("Scratch", r => r.Run.Memory.ArenaBytes, "B", "bytes"),
        new("Cycles", r => r.Run.Cost?.Cycles, Format: "prefix"),
        new("Energy", r => r.Run.Cost?.EnergyJoules, "J", "metric"));

    private static string WithSpread(double mean, double spread) =>
        spread == 0 ? Quantity.Percent(mean) : $"{Quantity.Percent(mean)} ± {Quantity.Percent(spread)}";
}
