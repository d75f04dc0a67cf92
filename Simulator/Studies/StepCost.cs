using NpuSim.Accelerators.Profiles;
using NpuSim.Simulator.Memory;
using NpuSim.Simulator.Methods;
using NpuSim.Simulator.Planning;
using NpuSim.Simulator.Timing;
using NpuSim.Workloads.Graphs;
using NpuSim.Workloads.Schemes;

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
        return Of(Step.Of(profile, tuning, method), tuning.TrainedCount, method, scheme, profile);
    }

    /// <summary>Memory, cycles and energy of a step that is made already; accuracy and numerics stay empty.</summary>
    /// <param name="step">The step.</param>
    /// <param name="trainedCount">Elements of the network that train.</param>
    /// <param name="method">The training method.</param>
    /// <param name="scheme">Which parameters train.</param>
    /// <param name="profile">The accelerator. Where the method cannot run on it the result says why and has no cost.</param>
    public static RunResult Of(Step step, long trainedCount, Method method, TuningScheme scheme, HardwareProfile profile)
    {
        PlanReading reading = PlanReading.Of(step, profile);
        return new RunResult(
            profile.Name, method.Name, method.Variant, scheme.Name,
            trainedCount,
            reading.NotRunnable, MemoryResult.Of(step, profile.Memory.Scratchpad.SizeBytes),
            reading.Cost is { } cost ? CostResult.Of(cost, reading.Plan) : null, null, null);
    }

    /// <summary>What a method's device runs once before a training; null where the accelerator cannot run it.</summary>
    /// <param name="setup">The inference that prepares the training.</param>
    /// <param name="method">The training method, whose formats it runs in.</param>
    /// <param name="profile">The accelerator.</param>
    public static SetupResult? OfSetup(Graph setup, Method method, HardwareProfile profile)
    {
        PlanReading reading = PlanReading.Of(Step.Inference(profile, setup, method.Operands), profile);
        if (reading.Cost is not { } cost)
            return null;
        CostResult summary = CostResult.Of(cost, reading.Plan);
        return new(summary.Cycles, summary.EnergyJoules, reading.Layout.ArenaBytes);
    }
}
