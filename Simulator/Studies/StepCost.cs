using NpuSim.Accelerators.Profiles;
using NpuSim.Simulator.Memory;
using NpuSim.Simulator.Planning;
using NpuSim.Simulator.Timing;
using NpuSim.Simulator.Training;
using NpuSim.Workloads.Graphs;

namespace NpuSim.Simulator.Studies;

/// <summary>What one training step takes, without running it: the two readings of a plan that need no values.</summary>
public static class StepCost
{
    /// <summary>Memory, cycles and energy of a step; accuracy and numerics stay empty.</summary>
    /// <param name="graph">The network at the batch wanted.</param>
    /// <param name="method">The training method.</param>
    /// <param name="scheme">Which parameters train.</param>
    /// <param name="profile">The accelerator. Where the method cannot run on it the result says why and has no cost.</param>
    public static RunResult Of(Graph graph, Method method, TuningScheme scheme, HardwareProfile profile)
    {
        Tuning tuning = scheme.Tune(graph);
        PlanReading reading = PlanReading.Of(Planner.TrainingStep(tuning, method), profile);
        return new RunResult(
            profile.Name, method.Name, method.Variant, scheme.Name,
            tuning.TrainedCount,
            reading.NotRunnable, MemorySummary.Of(reading.Plan, reading.Layout, profile.Memory.Scratchpad.SizeBytes),
            reading.Cost is { } cost ? CostSummary.Of(cost, reading.Plan) : null, null, null);
    }
}
