using System.Collections.Immutable;
using NpuSim.Simulator.Execution;
using NpuSim.Simulator.Methods;
using NpuSim.Workloads.Data;

namespace NpuSim.Simulator.Training;

/// <summary>The training loop, the same for every method: what a step does is in its plan.</summary>
/// <typeparam name="T">Unit of storage of the machines.</typeparam>
/// <param name="training">Runs training steps.</param>
/// <param name="inference">Runs inferences on the same weights.</param>
/// <param name="train">Samples to train on, frozen results included.</param>
/// <param name="onTheWay">True: accuracy is measured on the way too (<see cref="AccuracyPoints"/>).</param>
internal sealed class Trainer<T>(Machine<T> training, Machine<T> inference, SampleStore<T> train, bool onTheWay = true)
    where T : unmanaged
{
    /// <summary>Points of the loss curve.</summary>
    public const int CurvePoints = 60;

    private const string Infinite = "weights are no finite numbers";

    /// <summary>Trains and measures.</summary>
    /// <param name="settings">Step sizes.</param>
    /// <param name="seed">Seed of batches and perturbations.</param>
    /// <param name="test">Samples to measure accuracy on, frozen results included.</param>
    /// <param name="labels">Their classes.</param>
    /// <param name="progress">Called after each step.</param>
    /// <param name="cancellation">Ends the run between two steps.</param>
    /// <param name="checkpoints">Where the run starts and when its state is kept; null: from the first step, never.</param>
    /// <returns>The curve; it ends early and says why where the training diverged.</returns>
    /// <exception cref="OperationCanceledException">The run was cancelled; its state is kept where there are
    /// checkpoints.</exception>
    public TrainingCurve Train(
        TrainingSettings settings, ulong seed, SampleStore<T> test, ReadOnlySpan<int> labels, Action? progress,
        CancellationToken cancellation,
        Checkpoints? checkpoints = null)
    {
        if (checkpoints?.Save is not null)
            _ = training.State(); // a state that cannot be kept shows before hours of training
        int few = Math.Min(AccuracyPoints.Samples(settings.Steps, training.Plan.Batch), test.Count);
        List<double> accuracies = [.. checkpoints?.From?.Accuracies ?? []];
        double before = checkpoints?.From is { } from ? Restore(from) : Measure(labels);
        int stride = Math.Max(1, settings.Steps / CurvePoints);
        List<double> losses = [.. checkpoints?.From?.Losses ?? []];
        List<int> steps = [.. checkpoints?.From?.Steps ?? []];
        Batches batches = new(seed, training.Plan.Batch, train.Count);
        double sum = checkpoints?.From?.LossSum ?? 0;
        ImmutableArray<int> points = onTheWay ? AccuracyPoints.Of(settings.Steps) : [];
        checkpoints?.Watch?.Invoke(checkpoints.From?.Step ?? 0, training.Trained());
        for (int step = checkpoints?.From?.Step ?? 0; step < settings.Steps; step++)
        {
            if (cancellation.IsCancellationRequested)
                Keep(step);
            cancellation.ThrowIfCancellationRequested();
            training.Run(new StepContext(seed, (uint)step, settings.RateAt(step), (double)step / settings.Steps,
                TailRate: settings.TailRateAt(step)), train,
                batches.Indices(step));
            double loss = training.Loss;
            if (training.FaultOf(loss) is { } fault)
                return Diverged(step + 1, fault);
            sum += loss;
            if ((step + 1) % stride == 0)
            {
                losses.Add(sum / stride);
                steps.Add(step + 1);
                sum = 0;
                if (!training.IsFinite)
                    return Diverged(step + 1, Infinite);
            }

            progress?.Invoke();
            if (step + 1 == settings.Steps && !training.IsFinite)
                return Diverged(step + 1, Infinite);
            if (points.Contains(step + 1) && step + 1 < settings.Steps)
                accuracies.Add(inference.Accuracies(test, labels, few, few).Few);
            bool isPoint = step + 1 == settings.Steps || (checkpoints is { Every: > 0 } && (step + 1) % checkpoints.Every == 0);
            if (isPoint || checkpoints?.IsDue?.Invoke() == true)
                Keep(step + 1);
            if (isPoint)
                checkpoints?.Watch?.Invoke(step + 1, training.Trained());
        }

        return new TrainingCurve(before, Measure(labels), [.. losses], [.. steps])
        {
            AccuracySteps = points,
            Accuracies = [.. accuracies],
        };

        // Of all samples; of the few as well, so that accuracies on the way have something to be compared with.
        double Measure(ReadOnlySpan<int> of)
        {
            (double all, double some) = inference.Accuracies(test, of, few, test.Count);
            if (onTheWay)
                accuracies.Add(some);
            return all;
        }

        TrainingCurve Diverged(int step, string reason) =>
            new(before, double.NaN, [.. losses], [.. steps]) { Divergence = new(step, reason) };

        void Keep(int step) => checkpoints?.Save?.Invoke(new TrainingState(step, before, sum, [.. losses], [.. steps],
            training.Counts, training.State())
        {
            Accuracies = [.. accuracies],
        });
    }

    // Gives the accuracy before the first step.
    private double Restore(TrainingState state)
    {
        training.Restore(state.Tensors, state.Counts);
        return state.ZeroShot;
    }
}

/// <summary>What a training run achieved.</summary>
/// <param name="ZeroShot">Accuracy before the first step, 0..1.</param>
/// <param name="Final">Accuracy after the last step, 0..1.</param>
/// <param name="Losses">Mean training loss over the steps up to each point.</param>
/// <param name="Steps">Step of each point.</param>
/// <param name="Episodes">Accuracy after each episode of a few-shot task, whose mean is <paramref name="Final"/>; default: one
/// task.</param>
public sealed record TrainingCurve(
    double ZeroShot, double Final, ImmutableArray<double> Losses, ImmutableArray<int> Steps,
    ImmutableArray<double> Episodes = default)
{
    /// <summary>Steps after which accuracy was measured on few samples, from 0 to the last; empty where it was not.</summary>
    public ImmutableArray<int> AccuracySteps { get; init; } = [];

    /// <summary>Accuracy after each of <see cref="AccuracySteps"/>, on the first <see cref="AccuracyPoints.Samples"/> test samples,
    /// 0..1.</summary>
    public ImmutableArray<double> Accuracies { get; init; } = [];

    /// <summary>Where the training diverged; null where it did not. <see cref="Final"/> is then no number.</summary>
    public Divergence? Divergence { get; init; }

    /// <summary>The mean of the curves of equally long trainings.</summary>
    public static TrainingCurve OfEpisodes(ImmutableArray<TrainingCurve> curves) => new(
        curves.Average(c => c.ZeroShot), curves.Average(c => c.Final),
        [.. Enumerable.Range(0, curves[0].Losses.Length).Select(i => curves.Average(c => c.Losses[i]))], curves[0].Steps,
        [.. curves.Select(c => c.Final)]);
}
