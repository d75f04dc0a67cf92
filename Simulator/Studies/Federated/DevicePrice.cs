using NpuSim.Accelerators.Numerics;
using NpuSim.Accelerators.Profiles;
using NpuSim.Simulator.Memory;
using NpuSim.Simulator.Planning;
using NpuSim.Simulator.Timing;

namespace NpuSim.Simulator.Studies.Federated;

/// <summary>What a step takes on one profile: the plan's cost, apart from its update, and what a byte through the radio
/// takes.</summary>
/// <param name="Profile">The profile's name.</param>
/// <param name="ScratchBytes">Scratch memory of a step.</param>
/// <param name="StepCycles">Cycles of a step; null where the profile cannot run it.</param>
/// <param name="StepJoules">Its energy.</param>
/// <param name="UpdateCycles">Cycles of its update.</param>
/// <param name="UpdateJoules">Energy of its update.</param>
/// <param name="KeptBytes">What a device keeps of changes that it did not send.</param>
/// <param name="CompressionCycles">Cycles in which it forms a compressed message.</param>
/// <param name="CompressionJoules">Its energy.</param>
/// <param name="Radio">The radio; null where the profile has none.</param>
public sealed record DevicePrice(
    string Profile, long ScratchBytes, double? StepCycles, double? StepJoules, double? UpdateCycles, double? UpdateJoules,
    long KeptBytes, double? CompressionCycles, double? CompressionJoules, Radio? Radio)
{
    private const double PicojoulesPerJoule = 1e12;
    private const int WordBytes = 4;

    /// <summary>Prices a step.</summary>
    /// <returns>The price, and why the profile cannot run the step; null where it can.</returns>
    internal static (DevicePrice Price, string? Refusal) Of(Step step, HardwareProfile profile, MessageCompression compression)
    {
        PlanReading reading = PlanReading.Of(step, profile);
        OpCost[] updates = [.. reading.Cost?.Ops.Where(o => o.Phase == Phase.Update) ?? []];
        bool runs = reading.Cost is not null;
        PlanTensor[] weights = [.. step.Plan.Tensors.Where(t => t is { Role: TensorRole.TrainedWeight, ViewOf: null })];
        (double? cycles, double? joules) = Passes(profile, weights.Sum(w => w.Shape.Count), compression.Passes,
            weights.Length > 0 && weights[0].Format.IsInteger());
        return (new(profile.Name, step.Layout.ArenaBytes, reading.Cost?.Cycles, reading.Cost?.EnergyJoules,
            runs ? updates.Sum(u => u.Cycles) : null, runs ? updates.Sum(u => u.EnergyJoules) : null,
            weights.Sum(w => w.Shape.Count) * WordBytes * compression.Kept, cycles, joules, profile.Radio),
            reading.NotRunnable);
    }

    // Passes over 32-bit numbers: by the vector unit, four of its 8-bit elements each, read from and written to the
    // scratchpad; in floating point by the host.
    private static (double? Cycles, double? Joules) Passes(HardwareProfile profile, long elements, int passes, bool isFixedPoint)
    {
        double words = (double)elements * passes;
        if (isFixedPoint)
            return (words * WordBytes / profile.Vector.Elementwise,
                words * WordBytes * (profile.Energy.VectorPicojoulesPerElement + profile.Memory.Scratchpad.ReadPicojoulesPerByte
                    + profile.Memory.Scratchpad.WritePicojoulesPerByte) / PicojoulesPerJoule);
        if (profile.Host is not { } host)
            return passes == 0 ? (0, 0) : (null, null);
        double cycles = words * host.CyclesPerElement;
        return (cycles * profile.ClockHz / host.ClockHz, cycles * host.PicojoulesPerCycle / PicojoulesPerJoule);
    }

    /// <summary>Cycles of what devices did.</summary>
    public double? Cycles(DeviceCounts done) => Of(done, StepCycles, UpdateCycles, CompressionCycles);

    /// <summary>Energy of what devices did, in joules.</summary>
    public double? ComputeJoules(DeviceCounts done) => Of(done, StepJoules, UpdateJoules, CompressionJoules);

    /// <summary>Energy of the messages of devices, in joules.</summary>
    public double? RadioJoules(DeviceCounts done) => Radio is null ? null
        : ((done.UpBytes * Radio.SendPicojoulesPerByte) + (done.DownBytes * Radio.ReceivePicojoulesPerByte))
            / PicojoulesPerJoule;

    private static double? Of(DeviceCounts done, double? step, double? update, double? compression) =>
        (done.Steps * step) + (done.Probes * (step - update)) + (done.Updates * update) + (done.Participations * compression);
}
