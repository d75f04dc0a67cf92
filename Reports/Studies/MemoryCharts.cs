using System.Collections.Immutable;
using NpuSim.Reports.Charts;
using NpuSim.Reports.Text;
using NpuSim.Simulator.Planning;
using NpuSim.Simulator.Studies;
using OxyPlot;
using OxyPlot.Annotations;
using OxyPlot.Axes;
using OxyPlot.Series;

namespace NpuSim.Reports.Studies;

/// <summary>Charts of memory: scratch by role, total, and what is live during a step.</summary>
internal static class MemoryCharts
{
    private const int MostPoints = 300;

    private static readonly (TensorRole Role, OxyColor Color)[] ScratchRoles =
    [
        (TensorRole.SavedActivation, Palette.Series[0]), (TensorRole.ActivationGradient, Palette.Series[1]),
        (TensorRole.WeightGradient, Palette.Series[3]), (TensorRole.Perturbation, Palette.Series[2]),
        (TensorRole.Activation, Palette.Series[4]), (TensorRole.DecodedWeight, Palette.Series[6]),
        (TensorRole.Input, Palette.Series[7]),
    ];

    private static readonly (TensorRole Role, OxyColor Color)[] PersistentRoles =
    [
        (TensorRole.TrainedWeight, Palette.Series[5]), (TensorRole.FrozenWeight, Palette.Series[6]),
        (TensorRole.OptimizerState, Palette.Series[1]),
    ];

    /// <summary>Scratch memory of each run, stacked by role, with the scratchpad of each profile marked.</summary>
    public static Chart Scratch(RunRows rows)
    {
        Chart model = Bars(rows, "Scratch memory of one training step");
        model.Subtitle = "Beside the weights, by role at the moment of the peak; with the profile and as a dashed line its scratchpad, "
            + "→: off the scale." + rows.Omission;
        model.Description = "Scratch memory. " + rows.Describe(r => Quantity.Bytes(r.Memory.ArenaBytes));
        foreach ((TensorRole role, OxyColor color) in ScratchRoles)
            Stack(model, rows, role.Name(), color, r => r.Memory.PeakByRole.GetValueOrDefault(role));
        Stack(model, rows, "alignment and gaps", Palette.Dimmed,
            r => Math.Max(r.Memory.ArenaBytes - r.Memory.PeakByRole.Values.Sum(), 0));
        long largest = rows.Runs.Max(r => r.Run.Memory.ArenaBytes);
        foreach ((int row, ProfileSummary profile) in rows.Headings)
        {
            bool far = profile.ScratchpadBytes > 1.6 * largest; // would squeeze the bars
            string scratchpad = $": {Quantity.Bytes(profile.ScratchpadBytes)}{(far ? " →" : "")}";
            model.Annotations.Add(rows.Heading(row, scratchpad));
            if (!far)
                model.Annotations.Insert(0, Scratchpad(rows, row, profile)); // below the texts
        }

        foreach ((int row, RunResult run) in rows.Runs)
            model.Annotations.Add(AtEnd(run.Memory.ArenaBytes, row));
        return model;
    }

    /// <summary>Scratch memory, weights and optimiser state of each run.</summary>
    public static Chart Total(RunRows rows)
    {
        Chart model = Bars(rows, "Total memory of training");
        model.Subtitle = "Scratch memory of one step, weights and optimiser state." + rows.Omission;
        model.Description = "Total memory. " + rows.Describe(r => Quantity.Bytes(r.Memory.TotalBytes()));
        Stack(model, rows, "scratch memory", Palette.Series[0], r => r.Memory.ArenaBytes);
        foreach ((TensorRole role, OxyColor color) in PersistentRoles)
            Stack(model, rows, role.Name(), color, r => r.Memory.PersistentByRole.GetValueOrDefault(role));
        foreach ((int row, RunResult run) in rows.Runs)
            model.Annotations.Add(AtEnd(run.Memory.TotalBytes(), row));
        foreach ((int row, _) in rows.Headings)
            model.Annotations.Add(rows.Heading(row));
        return model;
    }

    /// <summary>
    /// Live scratch bytes during each operation of a step: backpropagation's mountain against forward gradients' plateau.
    /// </summary>
    public static Chart Timeline(ProfileSummary profile, string scheme, RunResult[] runs, MethodColors colors)
    {
        Chart model = new()
        {
            Title = $"Memory during one training step: {scheme} on {profile.Name}",
            Subtitle = "Live scratch memory while each operation runs.",
            Description = "Peak of live memory: "
                + PlainText.Line(string.Join(", ",
                    runs.Select(r => $"{r.Label()} {Quantity.Bytes(r.Memory.PeakLiveBytes)} at {r.Memory.PeakOp}"))) + ".",
            Axes =
            {
                new NumberAxis { Position = AxisPosition.Bottom, Title = "Operation of the step", Minimum = 0 },
                new NumberAxis
                {
                    Position = AxisPosition.Left, Title = "Live scratch memory", Minimum = 0, IsBinary = true,
                        LabelFormatter = Quantity.TickBytes,
                },
            },
        };
        foreach (RunResult run in runs.Where(r => !r.Memory.Timeline.IsEmpty))
        {
            AreaSeries series = new()
            {
                Title = run.MethodLabel(),
                Color = colors.Color(run),
                Color2 = OxyColors.Transparent,
                Fill = OxyColor.FromAColor(36, colors.Color(run)),
                Dashes = colors.Style(run),
                StrokeThickness = 1.8,
            };
            ImmutableArray<long> live = run.Memory.Timeline;
            int each = (live.Length + MostPoints - 1) / MostPoints;
            for (int at = 0; at < live.Length; at += each) // steps: each value holds until the next
            {
                long most = live.Skip(at).Take(each).Max(); // the peak is never thinned out
                series.Points.Add(new(at, most));
                series.Points.Add(new(Math.Min(at + each, live.Length), most));
            }

            model.Series.Add(series);
        }

        return model;
    }

    private static RowText AtEnd(long bytes, int row) => new() { Text = Quantity.Bytes(bytes), Row = row, X = bytes };

    private static LineAnnotation Scratchpad(RunRows rows, int row, ProfileSummary profile)
    {
        int next = rows.Headings.Select(h => h.Row).Where(r => r > row).DefaultIfEmpty(rows.Axis.Labels.Count).Min();
        return new()
        {
            Type = LineAnnotationType.Vertical,
            X = profile.ScratchpadBytes,
            MinimumY = row + 0.5,
            MaximumY = next - 0.5,
            Color = Palette.Ink,
            StrokeThickness = 1.5,
            LineStyle = LineStyle.Dash,
        };
    }

    private static Chart Bars(RunRows rows, string title) => new()
    {
        Title = title + rows.Number,
        Axes =
        {
            new NumberAxis
            {
                Position = AxisPosition.Bottom, Title = "Memory", Minimum = 0, IsBinary = true,
                    LabelFormatter = Quantity.TickBytes,
            },
            rows.Axis,
        },
    };

    private static void Stack(Chart model, RunRows rows, string title, OxyColor color, Func<RunResult, long> bytes)
    {
        BarSeries series = Marks.Bars(title, color, isStacked: true);
        series.Items.AddRange(rows.Runs.Select(r => new BarItem(bytes(r.Run), r.Row)).Where(i => i.Value > 0));
        if (series.Items.Count > 0)
            model.Series.Add(series);
    }
}
