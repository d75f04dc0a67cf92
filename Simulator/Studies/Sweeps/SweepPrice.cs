using NpuSim.Accelerators.Profiles;
using NpuSim.Simulator.Execution;
using NpuSim.Simulator.Memory;
using NpuSim.Simulator.Planning;
using NpuSim.Simulator.Timing;

namespace NpuSim.Simulator.Studies.Sweeps;

/// <summary>
/// What a point costs: the figures of <see cref="MemoryResult"/> and <see cref="CostResult"/> that are one number each.
/// </summary>
/// <param name="NotRunnable">Why the accelerator cannot run it; null when it can.</param>
/// <param name="TrainedParameters">How many parameters train; 0 for an inference.</param>
/// <param name="ArenaBytes">Scratch memory that the planner lays out, alignment included.</param>
/// <param name="PeakLiveBytes">Largest sum of live scratch tensors.</param>
/// <param name="PersistentBytes">Weights and optimiser state.</param>
/// <param name="FitsScratchpad">True when the arena fits the scratchpad.</param>
/// <param name="Cost">Cycles, energy and traffic; null when it cannot run.</param>
public sealed record SweepPrice(
    string? NotRunnable, long TrainedParameters, long ArenaBytes, long PeakLiveBytes, long PersistentBytes, bool FitsScratchpad,
        SweepCost? Cost)
{
    /// <summary>Prices a step.</summary>
    /// <param name="step">The step.</param>
    /// <param name="trainedParameters">How many parameters train.</param>
    /// <param name="profile">The accelerator. Where it cannot run the step, or its cost cannot be counted, the result says
    /// why.</param>
    public static SweepPrice Of(Step step, long trainedParameters, HardwareProfile profile) =>
        Of(new StepPricing(step), trainedParameters, profile, Repertoire.Missing(step.Plan, Repertoire.ExecutorOf(step.Plan)));

    /// <summary>Prices a step of which it is known whether it has kernels.</summary>
    /// <param name="pricing">The step.</param>
    /// <param name="trainedParameters">How many parameters train.</param>
    /// <param name="profile">The accelerator.</param>
    /// <param name="missing">Why nothing computes its values (<see cref="Repertoire.Missing"/>); null where something
    /// does.</param>
    internal static SweepPrice Of(StepPricing pricing, long trainedParameters, HardwareProfile profile, string? missing)
    {
        MemoryLayout layout = pricing.Step.Layout;
        (SweepCost? cost, string? reason) = CostOf(pricing, profile, missing);
        return new(
            reason, trainedParameters, layout.ArenaBytes, layout.PeakLiveBytes, layout.PersistentBytes,
            layout.ArenaBytes <= profile.Memory.Scratchpad.SizeBytes, cost);
    }

    private static (SweepCost? Cost, string? Reason) CostOf(StepPricing pricing, HardwareProfile profile, string? missing)
    {
        try
        {
            CostSum cost = pricing.Price(profile).Sum();
            return missing is null ? (SweepCost.Of(cost, profile), null) : (null, missing);
        }
        catch (Exception cannot) when (cannot is NotRunnableException or InputException)
        {
            return (null, cannot.Message);
        }
    }
}

/// <summary>Cycles, energy and traffic of a step, as <see cref="CostResult"/> has them.</summary>
/// <param name="Cycles">Compute and exposed transfer together.</param>
/// <param name="ComputeCycles">Cycles in which engine, vector unit or host compute.</param>
/// <param name="ExposedTransferCycles">Cycles spent waiting for memory.</param>
/// <param name="Seconds">Time of the step.</param>
/// <param name="EnergyJoules">Energy of the step.</param>
/// <param name="ScratchpadTrafficBytes">Bytes read from and written to the scratchpad.</param>
/// <param name="DramTrafficBytes">Bytes read from and written to off-chip memory.</param>
/// <param name="Utilization">MACs done per MAC the engine could have done, 0..1.</param>
public sealed record SweepCost(
    double Cycles, double ComputeCycles, double ExposedTransferCycles, double Seconds, double EnergyJoules,
        long ScratchpadTrafficBytes,
    long DramTrafficBytes, double Utilization)
{
    /// <summary>The totals of a step.</summary>
    /// <exception cref="InputException">More bytes move than 64 bits count.</exception>
    internal static SweepCost Of(CostSum cost, HardwareProfile profile) => new(
        cost.Cycles, cost.ComputeCycles, cost.ExposedTransferCycles, cost.Cycles / profile.ClockHz, cost.EnergyJoules,
        CostResult.Whole(cost.Traffic.Scratchpad), CostResult.Whole(cost.Traffic.Dram),
        cost.Utilization(profile.PeakMacsPerCycle));
}
