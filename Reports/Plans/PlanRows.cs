using System.Collections.Immutable;
using NpuSim.Reports.Studies;
using NpuSim.Reports.Text;
using NpuSim.Simulator.Memory;
using NpuSim.Simulator.Planning;
using NpuSim.Simulator.Timing;

namespace NpuSim.Reports.Plans;

/// <summary>A figure of a run: a row of the tables, which have one column per run.</summary>
/// <param name="Label">What it is.</param>
/// <param name="Show">Its text; null where a run has none.</param>
internal sealed record PlanRow(string Label, Func<PlannedRun, string?> Show);

/// <summary>Every figure of a run, in groups.</summary>
internal static class PlanRows
{
    /// <summary>Groups of rows with their headings.</summary>
    public static ImmutableArray<(string Heading, ImmutableArray<PlanRow> Rows)> Groups { get; } =
    [
        ("scratch memory of a step",
        [
            new("peak live = lower bound", r => Quantity.Bytes(r.Reading.Layout.PeakLiveBytes)),
            .. Enum.GetValues<TensorRole>().Select(role => new PlanRow(
                $"  {role.Name()}", r => Of(r.Reading.Layout.PeakByRole, role))),
            new("arena laid out", r => Quantity.Bytes(r.Reading.Layout.ArenaBytes)),
            new("  above the lower bound", r => Quantity.Share(Over(r))),
            new("  fits the scratchpad", r => r.Reading.FitsScratchpad ? "yes" : "no"),
            new("  samples at once that fit", r => r.FittingSamples is int n ? $"{n} of {r.Reading.Plan.Batch}" : null),
            new("paper convention", r => r.PaperBytes is long bytes ? Quantity.Bytes(bytes) : null),
            new("on-device analytic", r => r.OnDeviceBytes is double bytes ? Quantity.Bytes(bytes) : null),
            new("all weight gradients", r => r.Scheme is null ? null : Quantity.Bytes(r.Reading.WeightGradientBytes)),
        ]),
        ("kept from step to step",
            [.. Enum.GetValues<TensorRole>().Select(role => new PlanRow(
                role.Name(), r => Of(r.Reading.Layout.PersistentByRole, role)))]),
        ("which memory holds what",
        [
            new("scratchpad: live tensors", r => Cost(r, _ => Quantity.Bytes(r.Reading.ScratchpadLiveBytes))),
            new("scratchpad: weights", r => Of(r.Reading.PersistentByPlace, Place.Scratchpad)),
            new("weight memory: weights", r => Of(r.Reading.PersistentByPlace, Place.Weights)),
            new("off-chip: weights", r => Of(r.Reading.PersistentByPlace, Place.Dram)),
            new("off-chip: spilled", r => Cost(r, c => Quantity.Bytes(c.Residency.SpilledBytes))),
            new("smallest SRAM, no spill", r => Quantity.Bytes(r.Reading.NoSpillBytes)),
        ]),
        ("cost",
        [
            new("cycles", r => Cost(r, c => Quantity.Metric(c.Cycles))),
            new("  computing", r => Cost(r, c => Quantity.Metric(c.ComputeCycles))),
            new("  waiting for memory", r => Cost(r, c => Quantity.Metric(c.ExposedTransferCycles))),
            new("  restaging weights", r => Cost(r, c => c.RestageCycles > 0 ? Quantity.Metric(c.RestageCycles) : null)),
            .. Enum.GetValues<Phase>().Select(phase => new PlanRow(
                $"  {phase.Name()}",
                r => Cost(r, c => c.CyclesByPhase.TryGetValue(phase, out double n) ? Quantity.Share(n / c.Cycles) : null))),
            new("time", r => Cost(r, c => Quantity.Metric(c.Seconds, "s"))),
            new("energy", r => Cost(r, c => Quantity.Metric(c.EnergyJoules, "J"))),
            new("MACs", r => Cost(r, c => Quantity.Metric(c.Ops.Sum(o => (double)o.Macs)))),
            new("utilization of the engine", r => Cost(r, c => Quantity.Share(c.Utilization))),
            new("scratchpad traffic", r => Cost(r, c => Quantity.Bytes(c.Traffic.Scratchpad))),
            new("weight memory traffic", r => Cost(r, c => Quantity.Bytes(c.Traffic.WeightsRead))),
            new("off-chip traffic", r => Cost(r, c => Quantity.Bytes(c.Traffic.Dram))),
        ]),
    ];

    private static double Over(PlannedRun run)
    {
        MemoryLayout layout = run.Reading.Layout;
        return layout.PeakLiveBytes == 0 ? 0 : ((double)layout.ArenaBytes / layout.PeakLiveBytes) - 1;
    }

    private static string? Of<TKey>(ImmutableSortedDictionary<TKey, long> sizes, TKey key) where TKey : notnull =>
        sizes.TryGetValue(key, out long bytes) ? Quantity.Bytes(bytes) : null;

    private static string? Cost(PlannedRun run, Func<PlanCost, string?> show) => run.Reading.Cost is { } cost ? show(cost) : null;
}
