using System.Collections.Immutable;
using NpuSim.Workloads.Formats;

namespace NpuSim.Simulator.Training;

/// <summary>Where a run starts and when its state is kept.</summary>
/// <param name="Every">Steps from one time to the next; 0: only at the end, of a few-shot task that of each episode, and when the
/// run is cancelled.</param>
/// <param name="Save">Keeps a state; null: none is kept.</param>
/// <param name="From">The state to start from; null: the first step.</param>
/// <param name="Watch">
/// Is shown the steps done and the weights that train (<see cref="Execution.Machine{T}.Trained"/>): before the first step, at
/// each of these times and at the end.
/// </param>
/// <param name="IsDue">Asked after each step; true: the state is kept now as well. null: never.</param>
public sealed record Checkpoints(int Every, Action<TrainingState>? Save, TrainingState? From = null,
    Action<int, Weights>? Watch = null, Func<bool>? IsDue = null);

/// <summary>A run between two steps: all that the steps to come depend on, and what the result needs of those that
/// were.</summary>
/// <param name="Step">Steps done.</param>
/// <param name="ZeroShot">Accuracy before the first step, 0..1.</param>
/// <param name="LossSum">Sum of the losses since the last point of the curve.</param>
/// <param name="Losses">The curve so far.</param>
/// <param name="Steps">Step of each point.</param>
/// <param name="Counts">What the machine counted so far (<see cref="Execution.Machine{T}.Counts"/>).</param>
/// <param name="Tensors">Weights that train and state of the method, by name; integers as their values.</param>
public sealed record TrainingState(
    int Step, double ZeroShot, double LossSum, ImmutableArray<double> Losses, ImmutableArray<int> Steps,
    ImmutableArray<long> Counts, Weights Tensors)
{
    /// <summary>Accuracies measured on the way so far (<see cref="AccuracyPoints"/>).</summary>
    public ImmutableArray<double> Accuracies { get; init; } = [];

    /// <summary>Of a few-shot task the episodes that are done, all else being of the one under way.</summary>
    public ImmutableArray<FinishedEpisode> Finished { get; init; } = [];
}
