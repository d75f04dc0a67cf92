using System.Collections.Immutable;
using System.Globalization;
using NpuSim.Reports.Charts;
using NpuSim.Reports.Text;
using NpuSim.Simulator.Studies.Sweeps;
using NpuSim.Yaml;
using OxyPlot;
using OxyPlot.Axes;
using OxyPlot.Series;

namespace NpuSim.Reports.Sweeps;

/// <summary>
/// What the points of a front have in common: an axis for each knob and each goal, one below the other, each from its least to
/// its greatest value over all points, and a line down through all of them for each point of the front.
/// </summary>
internal static class ParallelAxesChart
{
    private const int MostLines = 60, MostRange = 24;

    /// <summary>The chart.</summary>
    /// <param name="where">Network and batch.</param>
    /// <param name="space">The study.</param>
    /// <param name="all">The points of that network and batch.</param>
    /// <param name="front">Those on the front.</param>
    /// <param name="goals">Its goals.</param>
    public static Chart Of(
        string where, SweepSpace space, ImmutableArray<SweepRow> all, ImmutableArray<SweepRow> front,
        ImmutableArray<string> goals)
    {
        string[] keys = [.. space.Knobs.Where(k => k.Values.Length > 1).Select(k => k.Paths[0])];
        Scale[] scales = [.. keys.Select(k => Key(k, all)), .. goals.Except(keys).Select(g => Goal(g, all))];
        RowAxis rows = new();
        rows.Labels.AddRange(scales.Select(s => s.Name));
        Chart chart = new()
        {
            Title = $"What the front has in common: {where}",
            Subtitle = "Each axis from its least to its greatest value over all points; a line for each point of the front.",
            Description = $"{front.Length} points over {string.Join("; ", scales.Select(s => $"{s.Name} {s.Range}"))}.",
            Axes =
            {
                rows,
                new NumberAxis
                {
                    Position = AxisPosition.Bottom, Minimum = -0.02, Maximum = 1.02, MajorStep = 1,
                    LabelFormatter = v => v switch { 0 => "least", 1 => "greatest", _ => "" },
                },
            },
        };
        foreach ((int row, Scale scale) in scales.Index())
        {
            RowText range = new() { Text = PlainText.Fit(scale.Range, MostRange), Row = row, Place = RowPlace.Right };
            chart.Annotations.Add(range);
        }

        string[] methods = [.. front.Select(r => $"{r.Point.Task.Method} {r.Point.Task.SchemeName}").Distinct()];
        int count = Math.Min(front.Length, MostLines);
        HashSet<string> named = [];
        foreach (SweepRow point in Enumerable.Range(0, count).Select(i => front[(int)((long)i * front.Length / count)]))
        {
            string method = $"{point.Point.Task.Method} {point.Point.Task.SchemeName}";
            int number = Array.IndexOf(methods, method);
            LineSeries line = new()
            {
                Title = named.Add(method) ? method : null,
                Color = Palette.Series[number % Palette.Series.Length],
                Dashes = Dashes.Of(number / Palette.Series.Length),
                StrokeThickness = 1.2,
            };
            line.Points.AddRange(scales.Select((s, row) => new DataPoint(s.Place(point), row)));
            chart.Series.Add(line);
        }

        return chart;
    }

    private static Scale Key(string key, ImmutableArray<SweepRow> all)
    {
        double? Number(SweepRow row) => YamlRecord.Find(row.Point.Profile, key)?.Number;
        string Text(SweepRow row) => YamlRecord.Find(row.Point.Profile, key)?.Text ?? "none";
        if (all.All(r => Number(r) is not null))
            return Of(key, all, r => Number(r)!.Value, Text);
        string[] words = [.. all.Select(Text).Distinct()];
        return new(Name(key), words.Length < 2 ? words[0] : $"{words[0]} … {words[^1]}",
            r => words.Length < 2 ? 0.5 : (double)Array.IndexOf(words, Text(r)) / (words.Length - 1));
    }

    private static Scale Goal(string goal, ImmutableArray<SweepRow> all) =>
        Of(goal, all, r => ParetoFront.Value(r, goal)!.Value, r => Shown(ParetoFront.Value(r, goal)!.Value));

    // The end of a path, which says enough beside the knobs of one study.
    private static string Name(string key) => string.Join('.', key.Split('.')[^Math.Min(2, key.Count(c => c == '.') + 1)..]);

    private static string Shown(double value) => Math.Abs(value) is >= 0.01 and < 1000
        ? value.ToString("G3", CultureInfo.InvariantCulture) : Reports.Text.Quantity.Metric(value);

    // Equal ratios are equally far apart where all values are positive.
    private static Scale Of(string name, ImmutableArray<SweepRow> all, Func<SweepRow, double> value, Func<SweepRow, string> text)
    {
        SweepRow least = all.MinBy(value)!, greatest = all.MaxBy(value)!;
        double low = value(least), high = value(greatest);
        string range = low == high ? text(least) : $"{text(least)} … {text(greatest)}";
        return new(Name(name), range, r => low == high ? 0.5
            : low > 0 ? Elementary.Log(value(r) / low) / Elementary.Log(high / low) : (value(r) - low) / (high - low));
    }

    // An axis: its name, both ends, and where on it a point lies, 0..1.
    private sealed record Scale(string Name, string Range, Func<SweepRow, double> Place);
}
