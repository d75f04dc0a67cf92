using System.Collections.Immutable;
using NpuSim.Reports.Studies.Figures;
using NpuSim.Simulator.Studies;

namespace NpuSim.Reports.Comparison;

/// <summary>A figure of a run that two studies are compared by.</summary>
/// <param name="Name">As a tolerance names it: lower-case letters and "-".</param>
/// <param name="Meaning">What it is, with the unit of its values.</param>
/// <param name="Value">The figure; null where the run has none.</param>
/// <param name="Show">The figure as people read it.</param>
public sealed record Metric(string Name, string Meaning, Func<RunResult, double?> Value, Func<double, string> Show)
{
    /// <summary>All of them, in the order in which they are listed.</summary>
    public static readonly ImmutableArray<Metric> All =
    [
        .. RunFigures.Compared.Select(f => new Metric(f.Check!.Value.Name, f.Check.Value.Meaning, f.Number, f.Measure.Show)
        {
            IsUnknownTo = f.IsUnknownTo,
        }),
    ];

    /// <summary>True for a run of an earlier version, which did not know the figure: it is not compared by it.</summary>
    public Func<RunResult, bool> IsUnknownTo { get; private init; } = _ => false;

    /// <summary>Whether two runs are compared by it.</summary>
    internal bool Compares(RunResult before, RunResult? after) => !IsUnknownTo(before) && (after is null || !IsUnknownTo(after));
}
