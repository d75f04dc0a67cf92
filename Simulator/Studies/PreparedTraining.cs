using NpuSim.Simulator.Execution;
using NpuSim.Simulator.Training;

namespace NpuSim.Simulator.Studies;

/// <summary>A training run of one seed.</summary>
/// <param name="seed">Seed of batches and perturbations.</param>
/// <param name="progress">Called after each step.</param>
/// <param name="cancellation">Ends the run between two steps.</param>
/// <param name="checkpoints">Where the run starts and when its state is kept; null: from the first step, never.</param>
/// <returns>What was achieved; the numerics are null in floating point.</returns>
public delegate (TrainingCurve Curve, NumericsResult? Numerics) TrainingRun(
    ulong seed, Action? progress, CancellationToken cancellation, Checkpoints? checkpoints);

/// <summary>Training by one method, set up but for the seed.</summary>
/// <param name="start">Runs it.</param>
public sealed class PreparedTraining(TrainingRun start)
{
    /// <inheritdoc cref="TrainingRun"/>
    /// <exception cref="OperationCanceledException">The run was cancelled.</exception>
    public (TrainingCurve Curve, NumericsResult? Numerics) Run(
        ulong seed, Action? progress, CancellationToken cancellation, Checkpoints? checkpoints = null) =>
        start(seed, progress, cancellation, checkpoints);
}
