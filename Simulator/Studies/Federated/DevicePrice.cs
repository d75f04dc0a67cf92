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
/// <param name="ClockHz">The clock.</param>
/// <param name="Radio">The radio; null where the profile has none.</param>
public sealed record DevicePrice(
    string Profile, long ScratchBytes, double? StepCycles, double? StepJoules, double? UpdateCycles, double? UpdateJoules,
    double ClockHz, Radio? Radio)
{
    private const double PicojoulesPerJoule = 1e12;

    /// <summary>Prices a step.</summary>
    /// <returns>The price, and why the profile cannot run the step; null where it can.</returns>
    internal static (DevicePrice Price, string? Refusal) Of(Step step, HardwareProfile profile)
    {
        PlanReading reading = PlanReading.Of(step, profile);
        OpCost[] updates = [.. reading.Cost?.Ops.Where(o => o.Phase == Phase.Update) ?? []];
        bool runs = reading.Cost is not null;
        return (new(profile.Name, step.Layout.ArenaBytes, reading.Cost?.Cycles, reading.Cost?.EnergyJoules,
            runs ? updates.Sum(u => u.Cycles) : null, runs ? updates.Sum(u => u.EnergyJoules) : null, profile.ClockHz,
            profile.Radio), reading.NotRunnable);
    }

    /// <summary>Cycles of what devices did.</summary>
    public double? Cycles(DeviceCounts done) => Of(done, StepCycles, UpdateCycles);

    /// <summary>Energy of what devices did, in joules.</summary>
    public double? ComputeJoules(DeviceCounts done) => Of(done, StepJoules, UpdateJoules);

    /// <summary>Energy of the messages of devices, in joules.</summary>
    public double? RadioJoules(DeviceCounts done) => Radio is null ? null
        : ((done.UpBytes * Radio.SendPicojoulesPerByte) + (done.DownBytes * Radio.ReceivePicojoulesPerByte))
            / PicojoulesPerJoule;

    private static double? Of(DeviceCounts done, double? step, double? update) =>
        (done.Steps * step) + (done.Probes * (step - update)) + (done.Updates * update);
}
