using System.Collections.Immutable;
using NpuSim.Reports.Charts;
using NpuSim.Simulator.Planning;
using NpuSim.Simulator.Studies;

namespace NpuSim.Reports.Studies;

/// <summary>Charts of memory: scratch by role, total, and what is live during a step.</summary>
internal static class MemoryCharts
{
    private const int MostPoints = 300;

    private static readonly (TensorRole Role, OxyColor Color)[] ScratchRoles =
    [
        (TensorRole.SavedActivation, Palette.Series[0]), (TensorRole.ActivationGradient, Palette.Series[1]),
        (TensorRole.WeightGradient, Palette.Series[3]), (TensorRole.Perturbation, Palette.Series[2]),
        (TensorRole.Activation, Palette.Series[4]), (TensorRole.DecodedWeight, Palette.Series[6]), (TensorRole.Input, Palette.Series[7]),
    ];

    private static readonly (TensorRole Role, OxyColor Color)[] PersistentRoles =
    [
        (TensorRole.TrainedWeight, Palette.Series[5]), (TensorRole.FrozenWeight, Palette.Series[6]),
        (TensorRole.OptimizerState, Palette.Series[1]),
    ];

    /// <summary>Scratch memory of each run, stacked by role, with the scratchpad of each profile marked.</summary>
    public static PlotModel Scratch(RunRows rows)
    {
        PlotModel model = Bars(rows, "Scratch memory of one training step");
        model.Subtitle = "Beside the weights, by role at the moment of the peak; dashed line: the profile's scratchpad."
            + rows.Omission;
        model.Description = "Scratch memory. " + rows.Describe(r => Quantity.Bytes(r.Memory.ArenaBytes));
        foreach ((TensorRole role, OxyColor color) in ScratchRoles)
            Stack(model, rows, role.Name(), color, r => r.Memory.PeakByRole.GetValueOrDefault(role));
        Stack(model, rows, "alignment and gaps", Palette.Dimmed,
            r => Math.Max(r.Memory.ArenaBytes - r.Memory.PeakByRole.Values.Sum(), 0));
        foreach ((int row, RunResult run) in rows.Runs)
            model.Annotations.Add(AtEnd(run.Memory.ArenaBytes, row));

        long largest = rows.Runs.Max(r => r.Run.Memory.ArenaBytes);
        foreach ((int row, ProfileSummary profile) in rows.Headings)
        {
            bool far = profile.ScratchpadBytes > 1.6 * largest; // would squeeze the bars
            rows.Axis.Labels[row] += $": scratchpad {Quantity.Bytes(profile.ScratchpadBytes)}{(far ? ", off the scale" : "")}";
            if (!far)
                model.Annotations.Add(Scratchpad(rows, row, profile));
        }

        return model;
    }

    /// <summary>Scratch memory, weights and optimiser state of each run.</summary>
    public static PlotModel Total(RunRows rows)
    {
        PlotModel model = Bars(rows, "Total memory of training");
        model.Subtitle = "Scratch memory of one step, weights and optimiser state." + rows.Omission;
        model.Description = "Total memory. " + rows.Describe(r => Quantity.Bytes(r.Memory.TotalBytes()));
        Stack(model, rows, "scratch memory", Palette.Series[0], r => r.Memory.ArenaBytes);
        foreach ((TensorRole role, OxyColor color) in PersistentRoles)
            Stack(model, rows, role.Name(), color, r => r.Memory.PersistentByRole.GetValueOrDefault(role));
        foreach ((int row, RunResult run) in rows.Runs)
            model.Annotations.Add(AtEnd(run.Memory.TotalBytes(), row));
        return model;
    }

    /// <summary>
    /// Live scratch bytes during each operation of a step: backpropagation's mountain against forward gradients' plateau.
    /// </summary>
    public static PlotModel Timeline(ProfileSummary profile, string scheme, RunResult[] runs, MethodColors colors)
    {
        PlotModel model = new()
        {
            Title = $"Memory during one training step: {scheme} on {profile.Name}",
            Subtitle = "Live scratch memory while each operation runs.",
            Description = "Peak of live memory: "
                + PlainText.Line(string.Join(", ",
                    runs.Select(r => $"{r.Label()} {Quantity.Bytes(r.Memory.PeakLiveBytes)} at {r.Memory.PeakOp}"))) + ".",
            Axes =
            {
                new LinearAxis { Position = AxisPosition.Bottom, Title = "Operation of the step", Minimum = 0 },
                new LinearAxis
                {
                    Position = AxisPosition.Left, Title = "Live scratch memory", Minimum = 0, IsBinary = true,
                        LabelFormatter = Quantity.TickBytes,
                },
            },
            Legends = { new Legend() },
        };
        foreach (RunResult run in runs.Where(r => !r.Memory.Timeline.IsEmpty))
        {
            StairStepSeries series = new()
            {
                Title = run.MethodLabel(),
                Color = colors.Color(run),
                LineStyle = colors.Style(run),
                FillOpacity = 0.14,
                StrokeThickness = 1.8,
            };
            ImmutableArray<long> live = run.Memory.Timeline;
            int each = (live.Length + MostPoints - 1) / MostPoints;
            for (int at = 0; at < live.Length; at += each)
                series.Points.Add(new(at, live.Skip(at).Take(each).Max())); // the peak is never thinned out
            series.Points.Add(new(live.Length, series.Points[^1].Y));
            model.Series.Add(series);
        }

        return model;
    }

    private static TextAnnotation AtEnd(long bytes, int row) =>
        new() { Text = Quantity.Bytes(bytes), TextPosition = new(bytes, row) };

    private static LineAnnotation Scratchpad(RunRows rows, int row, ProfileSummary profile)
    {
        int next = rows.Headings.Select(h => h.Row).Where(r => r > row).DefaultIfEmpty(rows.Axis.Labels.Count).Min();
        return new() { X = profile.ScratchpadBytes, MinimumY = row + 0.5, MaximumY = next - 0.5 };
    }

    private static PlotModel Bars(RunRows rows, string title) => new()
    {
        Title = title + rows.Number,
        Axes =
        {
            new LinearAxis
            {
                Position = AxisPosition.Bottom, Title = "Memory", Minimum = 0, IsBinary = true,
                    LabelFormatter = Quantity.TickBytes,
            },
            rows.Axis,
        },
        Legends = { new Legend() },
    };

    private static void Stack(PlotModel model, RunRows rows, string title, OxyColor color, Func<RunResult, long> bytes)
    {
        BarSeries series = new() { Title = title, Color = color, IsStacked = true };
        series.Items.AddRange(rows.Runs.Select(r => new BarItem(bytes(r.Run), r.Row)).Where(i => i.Value > 0));
        if (series.Items.Count > 0)
            model.Series.Add(series);
    }
}
