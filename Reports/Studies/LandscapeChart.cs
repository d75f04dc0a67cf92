using System.Globalization;
using NpuSim.Reports.Charts;
using NpuSim.Reports.Text;
using NpuSim.Simulator.Studies;
using OxyPlot;
using OxyPlot.Axes;
using OxyPlot.Series;

namespace NpuSim.Reports.Studies;

/// <summary>Contours of the loss over a plane of weight space, with the ways that trainings took.</summary>
internal static class LandscapeChart
{
    private const int Levels = 12;

    /// <summary>The chart.</summary>
    public static Chart Build(Landscape landscape)
    {
        LandscapeResult result = landscape.Result;
        Trajectory[] ways = [.. result.Trajectories];
        Chart model = new()
        {
            Title = PlainText.Line($"Loss landscape of {landscape.Workload} ({landscape.Request.Scheme.Name})"),
            Subtitle = PlainText.Line(
                $"Contours: fp32 loss on {landscape.Request.Samples} samples in the plane through the end of {ways[0].Method} "
                    + $"that spans the "
                + "trajectories best. Trajectories are projected onto it; losses at marks are those of the weights themselves. "
                + "Rings: starts; diamonds: ends."),
            Description = PlainText.Line(string.Join(" ", ways.Select(w =>
                $"{w.Method} goes from loss {Number(w.Points[0].Loss)} to {Number(w.Points[^1].Loss)} over a distance of "
                    + $"{Number(w.Travelled)}; the plane shows "
                + $"{Quantity.Share(w.InPlane)} of its squared distances from the origin."))),
            Axes =
            {
                new NumberAxis { Position = AxisPosition.Bottom, Title = "first principal direction", Minimum = result.Xs[0],
                    Maximum = result.Xs[^1] },
                new NumberAxis { Position = AxisPosition.Left, Title = "second principal direction", Minimum = result.Ys[0],
                    Maximum = result.Ys[^1] },
            },
            Series =
            {
                new ContourSeries
                {
                    ToolTip = Roles.MarkLabel, Color = Palette.Dimmed, StrokeThickness = 1.2, TextColor = Palette.Muted,
                    ContourLevelStep = 1, // without one OxyPlot labels no level
                    FontSize = Chart.SmallSize, LabelBackground = OxyColors.Transparent, LabelFormatString = "G4",
                    ColumnCoordinates = [.. result.Xs], RowCoordinates = [.. result.Ys], Data = result.Losses,
                    ContourLevels = LevelsOf([.. result.Losses.Cast<double>().Where(double.IsFinite)]),
                },
            },
        };
        PointLabels labels = new();
        foreach ((int index, Trajectory way) in ways.Index())
            AddTo(model, labels, way, Palette.Series[index % Palette.Series.Length]);
        model.Annotations.Add(labels);
        return model;
    }

    /// <summary>
    /// Levels inside a range of losses, to two digits: in equal ratios, for losses rise steeply away from a minimum, or in equal
    /// steps where one is not positive.
    /// </summary>
    internal static double[] LevelsOf(double[] losses)
    {
        if (losses.Length == 0)
            return [];
        double least = losses.Min(), most = losses.Max();
        IEnumerable<double> places = Enumerable.Range(0, Levels).Select(i => (i + 0.5) / Levels);
        IEnumerable<double> levels = least > 0
            ? places.Select(p => least * Math.Pow(most / least, p))
            : places.Select(p => least + ((most - least) * p));
        return [.. levels.Select(l => double.Parse(l.ToString("E1", CultureInfo.InvariantCulture), CultureInfo.InvariantCulture))
            .Distinct().Where(l => l > least && l < most)];
    }

    private static void AddTo(Chart model, PointLabels labels, Trajectory way, OxyColor color)
    {
        LineSeries line = new() { Title = PlainText.Line(way.Method), Color = color, LineJoin = LineJoin.Round };
        line.Points.AddRange(way.Points.Select(p => new DataPoint(p.X, p.Y)));
        model.Series.Add(line);
        Add(Marks.Filled(color, 3), way.Points[1..^1]);
        Add(Marks.Hollow(color, 7), [way.Points[0]]);
        Add(Marks.Filled(color, 7, MarkerType.Diamond), [way.Points[^1]]);
        labels.Items.Add(new(way.Points[^1].X, way.Points[^1].Y, $"loss {Number(way.Points[^1].Loss)}"));

        void Add(ScatterSeries marks, IEnumerable<TrajectoryPoint> points)
        {
            marks.Points.AddRange(points.Select(p => new ScatterPoint(
                p.X, p.Y, tag: PlainText.Line($"{way.Method}, step {p.Step}: loss {Number(p.Loss)}"))));
            model.Series.Add(marks);
        }
    }

    /// <summary>A loss or a distance to three digits.</summary>
    internal static string Number(double value) => value.ToString("G3", CultureInfo.InvariantCulture);
}
