using System.Collections.Immutable;
using NpuSim.Reports.Charts;
using NpuSim.Simulator.Studies.Sweeps;
using NpuSim.Yaml;
using OxyPlot;
using OxyPlot.Axes;
using OxyPlot.Series;

namespace NpuSim.Reports.Sweeps;

/// <summary>The least value of one key over the values of another: a staircase for each combination of all else.</summary>
internal static class StaircaseChart
{
    /// <summary>The chart; null where no stair has a value.</summary>
    /// <param name="keys">The key whose least is sought, and the other.</param>
    /// <param name="answers">What was found.</param>
    public static Chart? Of(ImmutableArray<string> keys, ImmutableArray<LeastAnswer> answers)
    {
        var stairs = answers.Where(a => a.Least is not null)
            .GroupBy(a => string.Join(", ", Parts(a, keys)))
            .Select(g => (Parts: Parts(g.First(), keys), Steps: g.Select(a =>
                new DataPoint(Number(a.Least!.Row, keys[1]), Number(a.Least.Row, keys[0]))).OrderBy(p => p.X).ToArray()))
            .ToArray();
        if (stairs.Length == 0)
            return null;
        string[] shared = [.. stairs[0].Parts.Where(p => stairs.All(s => s.Parts.Contains(p)))];
        double most = stairs.Max(s => s.Steps[^1].X);
        Chart chart = new()
        {
            Title = $"Least {keys[0]} over {keys[1]}",
            Subtitle = string.Join(", ", shared),
            Description = $"{stairs.Length} staircases; where one begins, the conditions first hold.",
            Axes = { Axis(keys[1], AxisPosition.Bottom, answers), Axis(keys[0], AxisPosition.Left, answers) },
        };
        foreach ((int number, (string[] parts, DataPoint[] steps)) in stairs.Index())
        {
            LineSeries line = new()
            {
                Title = string.Join(", ", parts.Except(shared)),
                Color = Palette.Series[number % Palette.Series.Length],
                Dashes = Dashes.Of(number), // stairs may lie on one another
                StrokeThickness = 2,
                MarkerType = MarkerType.Circle,
                MarkerSize = 4,
            };
            foreach ((int i, DataPoint step) in steps.Index())
            {
                line.Points.Add(step);
                line.Points.Add(new(i + 1 < steps.Length ? steps[i + 1].X : most, step.Y));
            }

            chart.Series.Add(line);
        }

        return chart;
    }

    // All else, but for the second key.
    private static string[] Parts(LeastAnswer answer, ImmutableArray<string> keys) =>
        [.. answer.Given.Split(", ").Where(p => !p.StartsWith(keys[1] + "=", StringComparison.Ordinal))];

    private static double Number(SweepRow row, string key) => YamlRecord.Find(row.Point.Profile, key)!.Number!.Value;

    // Sizes in doublings, other numbers in equal steps.
    private static Axis Axis(string key, AxisPosition position, ImmutableArray<LeastAnswer> answers)
    {
        bool isSize = YamlRecord.Find(answers[0].Trials[0].Row.Point.Profile, key)?.Unit == "B";
        return isSize ? new RatioAxis { Position = position, Title = key, Base = 2, LabelFormatter = Text.Quantity.TickBytes }
            : new NumberAxis { Position = position, Title = key };
    }
}
