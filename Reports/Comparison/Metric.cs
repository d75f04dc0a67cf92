using System.Collections.Immutable;
using NpuSim.Reports.Studies;
using NpuSim.Reports.Text;
using NpuSim.Simulator.Studies;

namespace NpuSim.Reports.Comparison;

/// <summary>A figure of a run that two studies are compared by.</summary>
/// <param name="Name">As a tolerance names it: lower-case letters and "-".</param>
/// <param name="Meaning">What it is, with the unit of its values.</param>
/// <param name="Value">The figure; null where the run has none.</param>
/// <param name="Show">The figure as people read it.</param>
public sealed record Metric(string Name, string Meaning, Func<RunResult, double?> Value, Func<double, string> Show)
{
    /// <summary>All of them, in the order in which they are listed.</summary>
    public static readonly ImmutableArray<Metric> All =
    [
        new("accuracy", "final accuracy, mean over the seeds, in points", r => 100 * r.Accuracy?.Mean, Points),
        new("zero-shot", "accuracy before training, in points", r => 100 * r.Accuracy?.ZeroShotMean(), Points),
        new("spread", "standard deviation of the accuracy over the seeds, in points", r => 100 * r.Accuracy?.Spread,
            Points),
        new("scratch", "scratch memory, in bytes", r => r.Memory.ArenaBytes, Quantity.Bytes),
        new("peak", "largest sum of live scratch tensors, in bytes", r => r.Memory.PeakLiveBytes, Quantity.Bytes),
        new("persistent", "weights and optimiser state, in bytes", r => r.Memory.PersistentBytes, Quantity.Bytes),
        new("fits", "1 when the scratch memory fits the scratchpad, else 0", r => r.Memory.FitsScratchpad ? 1 : 0, YesNo),
        new("runs", "1 when the method runs on the profile, else 0", r => r.NotRunnable is null ? 1 : 0, YesNo),
        new("cycles", "cycles of one step", r => r.Cost?.Cycles, v => Quantity.Metric(v)),
        new("energy", "energy of one step, in joules", r => r.Cost?.EnergyJoules, v => Quantity.Metric(v, "J")),
        new("dram", "off-chip traffic of one step, in bytes", r => r.Cost?.DramTrafficBytes, Quantity.Bytes),
        new("utilization", "use of the engine, in points", r => 100 * r.Cost?.Utilization, Points),
        new("rounded-away", "share of the weight updates that rounded to nothing, in points",
            r => 100 * r.Numerics?.RoundedAwayShare, Points),
        new("overflowed", "share of the accumulations that overflowed, in points", r => 100 * r.Numerics?.OverflowShare(),
            v => Quantity.Share(v / 100)),
    ];

    private static string Points(double value) => Quantity.Fixed(value, 2) + " %";

    private static string YesNo(double value) => value == 0 ? "no" : "yes";
}
