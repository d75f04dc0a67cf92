using System.Collections.Immutable;

namespace NpuSim.Simulator.Studies.Sweeps;

/// <summary>The figures of a point that conditions and fronts speak of.</summary>
public static class PointFigures
{
    private static readonly ImmutableSortedDictionary<string, Func<SweepRow, double?>> Priced = new Dictionary<string,
        Func<SweepRow, double?>>
    {
        ["area"] = r => AreaEstimate.SquareMillimetres(r.Point.Profile),
        ["cycles"] = r => r.Price.Cost?.Cycles,
        ["compute-cycles"] = r => r.Price.Cost?.ComputeCycles,
        ["waiting-cycles"] = r => r.Price.Cost?.ExposedTransferCycles,
        ["time"] = r => r.Price.Cost?.Seconds,
        ["energy"] = r => r.Price.Cost?.EnergyJoules,
        ["scratchpad-traffic"] = r => r.Price.Cost?.ScratchpadTrafficBytes,
        ["off-chip-traffic"] = r => r.Price.Cost?.DramTrafficBytes,
        ["utilization"] = r => 100 * r.Price.Cost?.Utilization,
        ["scratch"] = r => r.Price.ArenaBytes,
        ["persistent"] = r => r.Price.PersistentBytes,
        ["parameters"] = r => r.Price.TrainedParameters,
    }.ToImmutableSortedDictionary(StringComparer.Ordinal);

    private static readonly ImmutableSortedDictionary<string, Func<SweepValues, double?>> Trained = new Dictionary<string,
        Func<SweepValues, double?>>
    {
        ["accuracy"] = v => 100 * v.Accuracy?.Mean,
        ["accuracy-before"] = v => 100 * v.ZeroShot,
        ["spread"] = v => 100 * v.Accuracy?.Spread,
        ["overflowed"] = v => 100 * v.OverflowedShare,
        ["diverged"] = v => v.Diverged,
    }.ToImmutableSortedDictionary(StringComparer.Ordinal);

    /// <summary>Their names: mm² at 45 nm, cycles, bytes, joules, seconds; shares and accuracies in percent.</summary>
    public static ImmutableArray<string> Names { get; } = [.. Priced.Keys, .. Trained.Keys];

    /// <summary>True for a figure that only a training gives.</summary>
    public static bool IsTrained(string name) => Trained.ContainsKey(name);

    /// <summary>A figure that needs no training; null where the point has none.</summary>
    /// <exception cref="KeyNotFoundException">There is no such figure.</exception>
    public static double? Of(SweepRow row, string name) => Priced[name](row);

    /// <summary>A figure of trainings; null where they have none.</summary>
    /// <exception cref="KeyNotFoundException">There is no such figure.</exception>
    public static double? Of(SweepValues values, string name) => Trained[name](values);
}
