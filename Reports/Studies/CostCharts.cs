using NpuSim.Reports.Charts;
using NpuSim.Reports.Text;
using NpuSim.Simulator.Planning;
using NpuSim.Simulator.Studies;
using NpuSim.Simulator.Timing;
using OxyPlot;
using OxyPlot.Axes;
using OxyPlot.Series;

namespace NpuSim.Reports.Studies;

/// <summary>Charts of what a step costs and of what the accumulators did.</summary>
internal static class CostCharts
{
    private const int MostLayers = 16, MostOverflowing = 4, MostShares = 7;

    private static readonly (Phase Phase, OxyColor Color)[] Phases =
    [
        (Phase.Perturb, Palette.Series[2]), (Phase.Forward, Palette.Series[4]), (Phase.ForwardPlus, Palette.Series[0]),
        (Phase.ForwardMinus, Palette.Series[5]), (Phase.Backward, Palette.Series[1]), (Phase.Update, Palette.Series[3]),
    ];

    /// <summary>Cycles of one step by phase.</summary>
    public static Chart Cycles(ProfileSummary profile, RunResult[] runs)
    {
        RunRows rows = new(runs);
        Chart model = new()
        {
            Title = $"Cycles of one training step on {profile.Name}",
            Subtitle = $"By phase, waiting for memory included; clock {Quantity.Metric(profile.ClockHz, "Hz")}.",
            Description = "Cycles. " + rows.Describe(r => r.Cost is { } cost ? Quantity.Metric(cost.Cycles) : "does not run"),
            Axes = { new NumberAxis { Position = AxisPosition.Bottom, Title = "Cycles per step", Minimum = 0 }, rows.Axis },
        };
        foreach ((Phase phase, OxyColor color) in Phases)
        {
            BarSeries series = Marks.Bars(phase.Name(), color, isStacked: true);
            foreach ((int row, RunResult run) in rows.Runs)
            {
                if (run.Cost?.CyclesByPhase.GetValueOrDefault(phase) is > 0 and double cycles)
                    series.Items.Add(new(cycles, row));
            }

            if (series.Items.Count > 0)
                model.Series.Add(series);
        }

        foreach ((int row, RunResult run) in rows.Runs)
        {
            string text = run.Cost is { } cost ? Quantity.Metric(cost.Cycles) : "does not run on this profile";
            model.Annotations.Add(new RowText { Text = text, Row = row, X = run.Cost?.Cycles ?? 0 });
        }

        return model;
    }

    /// <summary>
    /// Where the cycles of a step go, by layer: shares, because methods differ by orders of magnitude. In deep networks a block,
    /// as "block1" of "block1.mlp.hidden", stands for its layers.
    /// </summary>
    public static Chart Layers(ProfileSummary profile, RunResult[] runs)
    {
        RunRows rows = new([.. runs.Where(r => r.Cost is { Cycles: > 0 })]);
        LayerCost[] all = [.. rows.Runs.SelectMany(r => r.Run.Cost!.Layers.Select(l => l with { Cycles = Share(r.Run, l) }))];
        bool byBlock = all.Select(l => l.Layer).Distinct().Count() > MostLayers;
        HashSet<string> largest =
            [.. all.GroupBy(Name).OrderByDescending(l => l.Sum(s => s.Cycles)).Take(MostShares).Select(l => l.Key)];
        string[] shown = [.. all.Select(Name).Distinct().Where(largest.Contains)]; // in the order of the network
        Chart model = new()
        {
            Title = $"Cycles by layer on {profile.Name}",
            Subtitle = "Share of one training step, all phases and the waiting for memory included."
                + (byBlock ? " Blocks stand for their layers." : ""),
            Description = "Layer with the most cycles. " + rows.Describe(r =>
                r.Cost!.Layers.MaxBy(l => l.Cycles) is { } most
                    ? $"{most.Layer} {Quantity.Share(Share(r, most))}" : Quantity.None),
            Axes =
            {
                new NumberAxis
                {
                    Position = AxisPosition.Bottom, Title = "Share of the cycles of a step", Unit = "%",
                        Minimum = 0, Maximum = 100,
                },
                rows.Axis,
            },
        };
        foreach ((int index, string layer) in shown.Index())
            Stack(PlainText.Line(layer), Palette.Series[index], l => Name(l) == layer);
        Stack("other layers", Palette.Dimmed, l => !largest.Contains(Name(l)));
        return model;

        string Name(LayerCost layer) => byBlock ? layer.Layer.Split('.')[0] : layer.Layer;

        void Stack(string title, OxyColor color, Func<LayerCost, bool> belongs)
        {
            BarSeries series = Marks.Bars(title, color, isStacked: true);
            series.Items.AddRange(rows.Runs
                .Select(r => new BarItem(100 * r.Run.Cost!.Layers.Where(belongs).Sum(l => Share(r.Run, l)), r.Row))
                .Where(i => i.Value > 0));
            if (series.Items.Count > 0)
                model.Series.Add(series);
        }
    }

    private static double Share(RunResult run, LayerCost layer) => layer.Cycles / run.Cost!.Cycles;

    /// <summary>Share of the accumulations of each layer that overflowed, for the runs in which most did.</summary>
    public static Chart Overflow(ProfileSummary profile, RunResult[] runs)
    {
        RunResult[] overflowing = [.. runs.Where(r => r.Numerics is { } n && n.Overflowed() > 0)];
        RunResult[] worst = [.. overflowing.OrderByDescending(r => r.Numerics!.OverflowShare()).Take(MostOverflowing)];
        string[] layers =
        [
            .. worst.SelectMany(r => r.Numerics!.Layers).GroupBy(l => l.Layer).Where(l => l.Any(o => o.Overflowed > 0))
                .OrderByDescending(l => l.Max(o => o.OverflowShare())).Take(MostLayers).Select(l => l.Key),
        ];
        RowAxis axis = new() { Title = "Layer", GapWidth = 0.25 };
        axis.Labels.AddRange(layers.Select(PlainText.Line));
        Chart model = new()
        {
            Title = $"Overflowed accumulations by layer on {profile.Name}",
            Subtitle = "Outputs whose partial sum left the accumulator, over the whole training."
                + (overflowing.Length > worst.Length ? $" The {worst.Length} worst of {overflowing.Length} methods." : ""),
            Description = "Overflowed, all layers: "
                + PlainText.Line(string.Join(", ",
                    worst.Select(r => $"{r.Label()} {Quantity.Share(r.Numerics!.OverflowShare())}"))) + ".",
            Axes =
            {
                new NumberAxis
                {
                    Position = AxisPosition.Bottom, Title = "Share of the layer's accumulations", Unit = "%", Minimum = 0,
                },
                axis,
            },
        };
        foreach ((int index, RunResult run) in worst.Index())
        {
            BarSeries series = Marks.Bars(run.Label(), Palette.Series[index], isStacked: false);
            series.Items.AddRange(run.Numerics!.Layers.Where(l => layers.Contains(l.Layer))
                .Select(l => new BarItem(100 * l.OverflowShare(), Array.IndexOf(layers, l.Layer))).Where(i => i.Value > 0));
            model.Series.Add(series);
        }

        return model;
    }
}
