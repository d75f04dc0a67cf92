using System.Globalization;
using NpuSim.Accelerators.Profiles;
using NpuSim.Simulator.Planning;

namespace NpuSim.Simulator.Timing;

/// <summary>
/// A cost is a finite count: numbers of a profile that are far from any hardware's would make it infinite, or so large that sums
/// lose what they add up.
/// </summary>
internal static class CostLimits
{
    private const double Most = long.MaxValue;

    /// <summary>The cost, if it can be counted.</summary>
    /// <exception cref="InputException">It cannot; the message names the operation and the key of the profile that is farthest
    /// off.</exception>
    public static OpCost Require(OpCost cost, HardwareProfile profile)
    {
        bool counts = Counts(cost.Cycles) && Counts(cost.ComputeCycles) && Counts(cost.TransferCycles)
            && Counts(cost.EnergyJoules);
        if (counts)
            return cost;
        (string key, double value) = Farthest(profile, cost);
        throw new InputException(string.Create(
            CultureInfo.InvariantCulture,
            $"profile '{profile.Name}': operation '{cost.Name}' would take {cost.Cycles:G3} cycles and {cost.EnergyJoules:G3} J, "
                + $"which nothing "
                + $"counts; {key} is {value:G3}, farthest from what hardware has."));
    }

    private static bool Counts(double number) => number is >= 0 and < Most;

    private static (string Key, double Value) Farthest(HardwareProfile profile, OpCost cost)
    {
        List<(string Key, double Value)> keys = [("clock", profile.ClockHz)];
        if (cost.Unit == Unit.Host)
            keys.AddRange(Of(profile.Host!));
        else
            keys.AddRange(Of(profile.Vector));
        keys.AddRange(Of("scratchpad", profile.Memory.Scratchpad));
        keys.AddRange(Of("accumulators", profile.Memory.Accumulators));
        keys.AddRange(Of("weights", profile.Memory.Weights));
        keys.AddRange(Of("dram", profile.Memory.Dram));
        keys.AddRange(Of(profile.Energy));
        keys.AddRange(profile.Formats.Select((f, i) => ($"formats[{i}].rate", f.Rate)));
        return keys.Where(k => k.Value > 0).MaxBy(k => Math.Abs(Math.Log10(k.Value)));
    }

    private static IEnumerable<(string, double)> Of(string name, Accelerators.Profiles.Memory? memory) => memory is null ? [] :
    [
        ($"memory.{name}.bandwidth", memory.BytesPerSecond), ($"memory.{name}.read-energy", memory.ReadPicojoulesPerByte),
        ($"memory.{name}.write-energy", memory.WritePicojoulesPerByte),
    ];

    private static IEnumerable<(string, double)> Of(HostCore host) =>
    [
        ("host.clock", host.ClockHz), ("host.fp32-cycles-per-mac", host.Fp32CyclesPerMac),
            ("host.fp16-cycles-per-mac", host.Fp16CyclesPerMac), ("host.bf16.cycles-per-mac", host.Bf16?.CyclesPerMac ?? 0),
            ("host.fp8.cycles-per-mac", host.Fp8?.CyclesPerMac ?? 0),
            ("host.mxint8.cycles-per-mac", host.Mxint8?.CyclesPerMac ?? 0),
            ("host.mxfp8.cycles-per-mac", host.Mxfp8?.CyclesPerMac ?? 0),
        ("host.cycles-per-element", host.CyclesPerElement), ("host.transfer", host.TransferBytesPerSecond),
        ("host.energy", host.PicojoulesPerCycle),
    ];

    private static IEnumerable<(string, double)> Of(VectorUnit unit) =>
    [
        ("vector.move", unit.Move), ("vector.elementwise", unit.Elementwise), ("vector.table", unit.Table),
            ("vector.softmax", unit.Softmax),
        ("vector.normalize", unit.Normalize), ("vector.pool", unit.Pool), ("vector.reduce", unit.Reduce),
        ("vector.random", unit.Random),
        ("vector.perturb", unit.Perturb), ("vector.update", unit.Update), ("vector.loss", unit.Loss),
    ];

    private static IEnumerable<(string, double)> Of(EnergyModel energy) =>
    [
        ("energy.int8-mac", energy.Int8MacPicojoules), ("energy.int16x8-mac", energy.Int16x8MacPicojoules),
        ("energy.int16-mac", energy.Int16MacPicojoules), ("energy.vector", energy.VectorPicojoulesPerElement),
        ("energy.leakage", energy.LeakageWatts),
    ];
}
