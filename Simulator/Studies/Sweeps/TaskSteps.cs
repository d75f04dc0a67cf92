using System.Collections.Concurrent;
using System.Collections.Immutable;
using NpuSim.Accelerators.Profiles;
using NpuSim.Simulator.Execution;
using NpuSim.Simulator.Memory;
using NpuSim.Simulator.Planning;
using NpuSim.Simulator.Timing;
using NpuSim.Workloads.Schemes;

namespace NpuSim.Simulator.Studies.Sweeps;

/// <summary>The plan that all points of a task share, and a layout for each alignment of memory.</summary>
public sealed class TaskSteps
{
    private readonly ConcurrentDictionary<int, Lazy<StepPricing>> byAlignment = [];
    private readonly Lazy<string?> missing;

    private TaskSteps(SweepTask task, Plan plan, long trainedParameters, string identity)
    {
        (Task, Plan, TrainedParameters, Identity) = (task, plan, trainedParameters, identity);
        missing = new(() => Repertoire.Missing(plan, Repertoire.ExecutorOf(plan)));
    }

    /// <summary>What runs.</summary>
    public SweepTask Task { get; }

    /// <summary>How.</summary>
    public Plan Plan { get; }

    /// <summary>How many parameters train; 0 for an inference.</summary>
    public long TrainedParameters { get; }

    /// <summary>Everything that decides what the task costs on a given accelerator, as text.</summary>
    public string Identity { get; }

    /// <summary>Plans a task.</summary>
    /// <exception cref="InputException">The method cannot train what the scheme says, or sizes leave 64 bits.</exception>
    public static TaskSteps Of(SweepTask task)
    {
        ArgumentNullException.ThrowIfNull(task);
        var graph = task.Network.At(task.Batch);
        string identity = RunIdentity.OfStep(graph, task.Method, task.SchemeName);
        if (task.Scheme is null)
            return new(task, Planner.Inference(graph, task.Method.Operands, ImmutableHashSet<string>.Empty), 0, identity);
        Tuning tuning = task.Scheme.Tune(graph);
        return new(task, StepPlanner.TrainingStep(tuning, task.Method), tuning.TrainedCount, identity);
    }

    /// <summary>The step on an accelerator, the same for all of one alignment.</summary>
    public Step On(HardwareProfile profile) => PricingOn(profile).Step;

    /// <summary>What a point of this task costs.</summary>
    /// <param name="profile">Its accelerator.</param>
    public SweepPrice Price(HardwareProfile profile) =>
        SweepPrice.Of(PricingOn(profile), TrainedParameters, profile, missing.Value);

    private StepPricing PricingOn(HardwareProfile profile) =>
        byAlignment.GetOrAdd(profile.Memory.AlignmentBytes, a => new(() => new(Step.Of(Plan, a)))).Value;
}
