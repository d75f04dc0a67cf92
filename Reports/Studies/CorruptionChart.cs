using System.Collections.Immutable;
using NpuSim.Reports.Charts;
using NpuSim.Reports.Text;
using NpuSim.Simulator.Studies;
using OxyPlot;
using OxyPlot.Axes;
using OxyPlot.Series;

namespace NpuSim.Reports.Studies;

/// <summary>Accuracy against severity, for every method and scheme of a corruption study.</summary>
internal static class CorruptionChart
{
    /// <summary>The chart.</summary>
    /// <param name="workload">Name of the workload.</param>
    /// <param name="corruptions">Number of corruptions that the means are over.</param>
    /// <param name="means">What it shows.</param>
    public static Chart Build(string workload, int corruptions, ImmutableArray<CorruptionMean> means)
    {
        ImmutableArray<CorruptionMean> trained = [.. means.Where(m => m.Final is not null)];
        string[] methods = [.. trained.Select(m => m.Method).Distinct()];
        Chart model = new()
        {
            Title = PlainText.Line($"Adapted to corrupted images: {workload}"),
            Subtitle = $"Accuracy on the target domain, mean over {corruptions} corruption{(corruptions == 1 ? "" : "s")}. "
                + $"Rings: before any training, by the first method.",
            Description = PlainText.Line(string.Join("; ",
                trained.Select(m => $"{m.Method} {m.Scheme} at severity {m.Severity}: {Quantity.Percent(m.Final!.Value)} %"))
                + "."),
            Axes =
            {
                new NumberAxis { Position = AxisPosition.Bottom, Title = "Severity", Minimum = 0.8, Maximum = 5.2,
                    MajorStep = 1 },
                new NumberAxis { Position = AxisPosition.Left, Title = "Accuracy", Unit = "%" },
            },
        };
        foreach ((int number, IGrouping<string, CorruptionMean> scheme) in trained.GroupBy(m => m.Scheme).Index())
        {
            foreach (IGrouping<string, CorruptionMean> method in scheme.GroupBy(m => m.Method))
                AddTo(model, [.. method], Palette.Series[Array.IndexOf(methods, method.Key) % Palette.Series.Length], number);
        }

        ScatterSeries before = Marks.Hollow(Palette.Muted, 5, title: "before training");
        before.Points.AddRange(trained.GroupBy(m => m.Severity)
            .Select(severity => new ScatterPoint(severity.Key, 100 * severity.First().ZeroShot!.Value)));
        model.Series.Add(before);
        return model;
    }

    private static void AddTo(Chart model, CorruptionMean[] means, OxyColor color, int scheme)
    {
        string name = $"{means[0].Method} {means[0].Scheme}";
        LineSeries line = new() { Title = name, Color = color, Dashes = Dashes.Of(scheme), LineJoin = LineJoin.Round };
        line.Points.AddRange(means.Select(m => new DataPoint(m.Severity, 100 * m.Final!.Value)));
        ScatterSeries marks = Marks.Filled(color, 3);
        marks.Points.AddRange(means.Select(m => new ScatterPoint(
            m.Severity, 100 * m.Final!.Value, tag: $"{name}, severity {m.Severity}: {Quantity.Percent(m.Final.Value)} %")));
        model.Series.Add(line);
        model.Series.Add(marks);
    }
}
