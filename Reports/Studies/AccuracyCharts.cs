using NpuSim.Reports.Charts;
using NpuSim.Reports.Text;
using NpuSim.Simulator.Studies;
using OxyPlot;
using OxyPlot.Axes;
using OxyPlot.Series;

namespace NpuSim.Reports.Studies;

/// <summary>Charts of learning: accuracy with its spread over the seeds, and training loss.</summary>
internal static class AccuracyCharts
{
    private const int MostPoints = 150;

    /// <summary>Final accuracy of each run with its spread, every seed, and where it began.</summary>
    public static Chart Accuracy(StudyResult study, RunRows rows)
    {
        Chart model = new()
        {
            Title = "Accuracy on the target domain" + rows.Number,
            Subtitle = $"After {study.StepsText()}, on {study.Workload.TestSamples} test samples; bar: ± one sample "
                + "standard deviation over "
                + $"{Seeds(study)}.{Elsewhere(rows)}{rows.Omission}",
            Description = "Accuracy. " + rows.Describe(r => r.Accuracy is { } a
                ? a.AccuracyPercent() + " %" : r.FaultText() ?? "not trained"),
            Axes = { new NumberAxis { Position = AxisPosition.Bottom, Title = "Accuracy", Unit = "%" }, rows.Axis },
        };
        ScatterSeries seeds = Marks.Strokes(Palette.Muted, 8, "single seeds");
        ScatterSeries before = Marks.Hollow(Palette.Ink, 4, MarkerType.Diamond, "zero-shot (before training)");
        foreach ((int index, IGrouping<string, (int Row, RunResult Run)> method) in rows.Runs.GroupBy(r => r.Run.Method).Index())
        {
            OxyColor color = Palette.Series[index % Palette.Series.Length];
            ScatterErrorSeries means = new()
            {
                Title = $"{method.Key}, mean",
                MarkerType = MarkerType.Circle,
                MarkerSize = 4.5,
                MarkerFill = color,
                MarkerStroke = Palette.Paper,
                MarkerStrokeThickness = 1,
                ErrorBarColor = color,
                ErrorBarStopWidth = 4,
                ErrorBarStrokeThickness = 2,
                MinimumErrorSize = 0,
            };
            foreach ((int row, RunResult run) in method)
            {
                if (run.Accuracy is not { } accuracy)
                {
                    string why = run.NotRunnable is null ? run.Outcome() : "does not run on this profile";
                    model.Annotations.Add(new RowText { Text = why, Row = row, Place = RowPlace.Left });
                    continue;
                }

                string figure = accuracy.AccuracyPercent() + " %";
                // OxyPlot's error is the whole bar's length.
                means.Points.Add(new(100 * accuracy.Mean, row, 200 * accuracy.Spread, 0, tag: $"{run.Label()}: {figure}"));
                if (accuracy.Final.Length > 1)
                    seeds.Points.AddRange(accuracy.Final.Select(a => new ScatterPoint(100 * a, row)));
                if (accuracy.ZeroShotMean() is { } zero)
                    before.Points.Add(new(100 * zero, row, tag: $"{run.Label()}, zero-shot: {Quantity.Percent(zero)} %"));
                if (run.NotRunnable is not null)
                    figure += " *";
                model.Annotations.Add(new RowText { Text = figure, Row = row, Place = RowPlace.Right });
            }

            if (means.Points.Count > 0)
                model.Series.Add(means);
        }

        if (seeds.Points.Count > 0)
            model.Series.Insert(0, seeds);
        model.Series.Add(before);
        foreach ((int row, _) in rows.Headings)
            model.Annotations.Add(rows.Heading(row));
        return model;
    }

    /// <summary>Training loss, mean over the seeds, with the band from the lowest to the highest seed.</summary>
    public static Chart Loss(ProfileSummary profile, string scheme, RunResult[] runs, MethodColors colors)
    {
        RunResult[] trained = [.. runs.Where(r => r.Accuracy is { LossSteps.IsEmpty: false, Loss.IsEmpty: false })];
        Chart model = new()
        {
            Title = $"Training loss: {scheme} on {profile.Name}",
            Subtitle = "Mean over the seeds; band: lowest to highest seed.",
            Description = "Last loss: " + PlainText.Line(string.Join(", ", trained
                .Select(r => $"{r.Label()} {Quantity.Fixed(r.Accuracy!.Loss.Average(l => l[^1]), 3)}"))) + ".",
            Axes =
            {
                new NumberAxis { Position = AxisPosition.Bottom, Title = "Training step", Minimum = 0 },
                new NumberAxis { Position = AxisPosition.Left, Title = "Training loss", Unit = "nats" },
            },
        };
        foreach (RunResult run in trained)
        {
            AccuracyResult accuracy = run.Accuracy!;
            LineSeries mean = new()
            {
                Title = run.MethodLabel(),
                Color = colors.Color(run),
                Dashes = colors.Style(run),
                StrokeThickness = 1.8,
                LineJoin = LineJoin.Round,
            };
            AreaSeries band = new()
            {
                Color = OxyColors.Transparent,
                Color2 = OxyColors.Transparent,
                Fill = OxyColor.FromAColor(46, colors.Color(run)),
            };
            int recorded = accuracy.LossSteps.Length, every = (recorded + MostPoints - 1) / MostPoints;
            for (int point = (recorded - 1) % every; point < recorded; point += every) // the last one is kept
            {
                int step = accuracy.LossSteps[point];
                mean.Points.Add(new(step, accuracy.Loss.Average(l => l[point])));
                band.Points.Add(new(step, accuracy.Loss.Min(l => l[point])));
                band.Points2.Add(new(step, accuracy.Loss.Max(l => l[point])));
            }

            if (accuracy.Loss.Length > 1)
                model.Series.Add(band);
            model.Series.Add(mean);
        }

        return model;
    }

    private static string Elsewhere(RunRows rows) =>
        rows.Runs.Any(r => r.Run is { NotRunnable: not null, Accuracy: not null })
            ? " *: trained, but does not run on this profile."
            : "";

    private static string Seeds(StudyResult study) =>
        study.Workload.Seeds.Length == 1 ? "1 seed" : $"{study.Workload.Seeds.Length} seeds";
}
