using System.Collections.Immutable;
using NpuSim.Reports.Charts;
using NpuSim.Reports.Text;
using NpuSim.Simulator.Studies;
using OxyPlot;
using OxyPlot.Axes;
using OxyPlot.Series;

namespace NpuSim.Reports.Studies;

/// <summary>Accuracy against scratch memory and cycles: which methods are worth choosing on one profile.</summary>
internal static class ParetoChart
{
    /// <summary>The runs that have all three figures.</summary>
    public static ImmutableArray<RunResult> Points(IEnumerable<RunResult> runs) =>
        [.. runs.Where(r => r is { Accuracy: { } a, Cost: not null, Memory.ArenaBytes: > 0 } && double.IsFinite(a.Mean))];

    /// <summary>
    /// True when another run is at least as good in accuracy, scratch memory and cycles, and better in one of them.
    /// </summary>
    public static bool IsDominated(RunResult run, IEnumerable<RunResult> others) => others.Any(o =>
        o.Accuracy!.Mean >= run.Accuracy!.Mean
        && o.Memory.ArenaBytes <= run.Memory.ArenaBytes
        && o.Cost!.Cycles <= run.Cost!.Cycles
        && (o.Accuracy.Mean > run.Accuracy.Mean || o.Memory.ArenaBytes < run.Memory.ArenaBytes
            || o.Cost.Cycles < run.Cost.Cycles));

    /// <summary>Builds the chart.</summary>
    public static Chart Build(ProfileSummary profile, RunResult[] runs)
    {
        ImmutableArray<RunResult> points = Points(runs);
        ILookup<bool, RunResult> dominated = points.ToLookup(p => IsDominated(p, points));
        double most = points.Max(p => p.Cost!.Cycles);
        Chart model = new()
        {
            Title = $"Accuracy, scratch memory and cycles on {profile.Name}",
            Subtitle = "Area of a mark: cycles per step. Grey: another method is at least as good in all three and better in "
                + "one.",
            Description = "Not dominated: " + PlainText.Line(string.Join(", ", dominated[false].Select(Figures)))
                + ". Dominated: "
                + (dominated[true].Any() ? PlainText.Line(string.Join(", ", dominated[true].Select(Figures))) : "none") + ".",
            Axes =
            {
                new RatioAxis
                {
                    Position = AxisPosition.Bottom, Title = "Scratch memory", Base = 2, LabelFormatter = Quantity.TickBytes,
                },
                new NumberAxis { Position = AxisPosition.Left, Title = "Accuracy", Unit = "%", MaximumPadding = 0.14 },
            },
            Series =
            {
                Points("dominated", Palette.Dimmed, dominated[true], most),
                Points("not dominated", Palette.Series[0], dominated[false], most),
            },
        };
        PointLabels labels = new();
        foreach (RunResult run in dominated[false].Concat(dominated[true]))
            labels.Items.Add(new(run.Memory.ArenaBytes, 100 * run.Accuracy!.Mean, PlainText.Line(run.Label())));
        model.Annotations.Add(labels);
        return model;
    }

    private static ScatterSeries Points(string title, OxyColor color, IEnumerable<RunResult> runs, double most)
    {
        ScatterSeries marks = Marks.Filled(color, title: title);
        marks.Points.AddRange(runs.Select(r => new ScatterPoint(
            r.Memory.ArenaBytes, 100 * r.Accuracy!.Mean, Math.Max(12 * Math.Sqrt(r.Cost!.Cycles / most), 3.5), tag: Figures(r))));
        return marks;
    }

    private static string Figures(RunResult run) =>
        $"{run.Label()}: {run.Accuracy!.AccuracyPercent()} %, {Quantity.Bytes(run.Memory.ArenaBytes)}, "
            + $"{Quantity.Metric(run.Cost!.Cycles)} cycles";
}
