using System.Collections.Immutable;
using NpuSim.Reports.Charts;
using NpuSim.Simulator.Studies;

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
    public static PlotModel Build(ProfileSummary profile, RunResult[] runs)
    {
        ImmutableArray<RunResult> points = Points(runs);
        ILookup<bool, RunResult> dominated = points.ToLookup(p => IsDominated(p, points));
        double most = points.Max(p => p.Cost!.Cycles);
        PlotModel model = new()
        {
            Title = $"Accuracy, scratch memory and cycles on {profile.Name}",
            Subtitle = "Area of a mark: cycles per step. Grey: another method is at least as good in all three and better in "
                + "one.",
            Description = "Not dominated: " + PlainText.Line(string.Join(", ", dominated[false].Select(Figures)))
                + ". Dominated: "
                + (dominated[true].Any() ? PlainText.Line(string.Join(", ", dominated[true].Select(Figures))) : "none") + ".",
            Axes =
            {
                new LogarithmicAxis
                {
                    Position = AxisPosition.Bottom, Title = "Scratch memory", Base = 2, LabelFormatter = Quantity.TickBytes,
                },
                new LinearAxis { Position = AxisPosition.Left, Title = "Accuracy", Unit = "%", MaximumPadding = 0.14 },
            },
            Legends = { new Legend() },
            Series =
            {
                Marks("dominated", Palette.Dimmed, dominated[true], most),
                Marks("not dominated", Palette.Series[0], dominated[false], most),
            },
        };
        foreach (RunResult run in dominated[false].Concat(dominated[true]))
        {
            model.Annotations.Add(new PointAnnotation
            {
                Text = PlainText.Line(run.Label()),
                X = run.Memory.ArenaBytes,
                Y = 100 * run.Accuracy!.Mean,
            });
        }

        return model;
    }

    private static ScatterSeries Marks(string title, OxyColor color, IEnumerable<RunResult> runs, double most)
    {
        ScatterSeries marks = new() { Title = title, Color = color };
        marks.Points.AddRange(runs.Select(r => new ScatterPoint(
            r.Memory.ArenaBytes, 100 * r.Accuracy!.Mean, Math.Max(12 * Math.Sqrt(r.Cost!.Cycles / most), 3.5), Figures(r))));
        return marks;
    }

    private static string Figures(RunResult run) =>
        $"{run.Label()}: {run.Accuracy!.AccuracyPercent()} %, {Quantity.Bytes(run.Memory.ArenaBytes)}, "
            + $"{Quantity.Metric(run.Cost!.Cycles)} cycles";
}
