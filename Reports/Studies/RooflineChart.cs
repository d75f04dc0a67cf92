using NpuSim.Accelerators.Engines;
using NpuSim.Accelerators.Profiles;
using NpuSim.Reports.Charts;
using NpuSim.Reports.Text;
using NpuSim.Simulator.Studies;
using NpuSim.Simulator.Timing;
using OxyPlot;
using OxyPlot.Axes;
using OxyPlot.Series;

namespace NpuSim.Reports.Studies;

/// <summary>
/// What bounds each layer on one profile: MACs per cycle against MACs per byte from off-chip memory, under the roof of engine and
/// memory (Williams, Waterman, Patterson: "Roofline", CACM 2009).
/// </summary>
internal static class RooflineChart
{
    private const int MostLayers = 8; // per run: those with the most cycles

    /// <summary>
    /// The chart; null where nothing comes from off-chip memory, or the profile's text cannot be read (a file of another
    /// version).
    /// </summary>
    public static Chart? Build(ProfileSummary profile, RunResult[] runs, MethodColors colors)
    {
        if (Read(profile) is not { Memory.Dram: { } dram } hardware)
            return null;
        double peak = hardware.PeakMacsPerCycle, bandwidth = dram.BytesPerSecond / hardware.ClockHz;
        (RunResult Run, LayerCost[] Layers)[] shown =
            [.. runs.Select(r => (Run: r, Layers: Shown(r))).Where(r => r.Layers.Length > 0)];
        if (shown.Length == 0)
            return null;
        LayerCost[] all = [.. shown.SelectMany(r => r.Layers)];
        double least = Math.Min(all.Min(Intensity), peak / bandwidth) / 2,
            most = Math.Max(all.Max(Intensity), peak / bandwidth) * 2;
        Chart model = new()
        {
            Title = $"What bounds each layer on {profile.Name}",
            Subtitle = $"Roof: {Quantity.Metric(peak)} MACs a cycle; {bandwidth:0.##} bytes a cycle from off-chip memory. Left "
                + $"of the "
                + "knee memory is the limit. Area of a mark: share of the step's cycles.",
            Description = "Share of the cycles in layers left of the knee. " + PlainText.Line(string.Join(", ", shown.Select(s =>
                $"{s.Run.Label()} {Quantity.Share(s.Layers.Where(l => Intensity(l) < peak / bandwidth).Sum(l => l.Cycles) / s.Run.Cost!.Cycles)}"))) + ".",
            Axes =
            {
                new RatioAxis { Position = AxisPosition.Bottom, Title = "MACs per off-chip byte" },
                new RatioAxis { Position = AxisPosition.Left, Title = "MACs per cycle" },
            },
            Series =
            {
                new LineSeries
                {
                    Title = "roof", Color = Palette.Ink, LineJoin = LineJoin.Round,
                    Points = { new(least, least * bandwidth), new(peak / bandwidth, peak), new(most, peak) },
                },
            },
        };
        foreach (IGrouping<string, (RunResult Run, LayerCost[] Layers)> method in shown.GroupBy(s => s.Run.MethodLabel()))
        {
            ScatterSeries marks = Marks.Filled(colors.Color(method.First().Run), title: PlainText.Line(method.Key));
            marks.Points.AddRange(from run in method from layer in run.Layers select Mark(run.Run, layer));
            model.Series.Add(marks);
        }

        return model;
    }

    private static ScatterPoint Mark(RunResult run, LayerCost layer)
    {
        double share = layer.Cycles / run.Cost!.Cycles;
        return new(
            Intensity(layer), layer.Macs / layer.Cycles, Math.Max(14 * Math.Sqrt(share), 4),
            tag: $"{run.Label()}, {PlainText.Line(layer.Layer)}: {Quantity.Metric(Intensity(layer))} MACs per off-chip byte, "
                + $"{Quantity.Metric(layer.Macs / layer.Cycles)} MACs per cycle, {Quantity.Share(share)} of the cycles");
    }

    private static LayerCost[] Shown(RunResult run) => run.Cost is { Cycles: > 0 } cost
        ? [.. cost.Layers.Where(l => l is { Macs: > 0, DramTrafficBytes: > 0, Cycles: > 0 }).OrderByDescending(l => l.Cycles)
            .Take(MostLayers)]
        : [];

    private static double Intensity(LayerCost layer) => layer.Macs / layer.DramTrafficBytes;

    private static HardwareProfile? Read(ProfileSummary profile)
    {
        try
        {
            return ProfileReader.Read(profile.Yaml, profile.Name);
        }
        catch (InputException)
        {
            return null;
        }
    }
}
