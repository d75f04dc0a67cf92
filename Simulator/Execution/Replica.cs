using System.Collections.Immutable;
using NpuSim.Accelerators.Numerics;
using NpuSim.Simulator.Planning;

namespace NpuSim.Simulator.Execution;

/// <summary>A device as far as its values go. It keeps nothing from one client to the next but the first weights' masks: weights
/// are handed to it and taken from it, so that a few machines are any number of clients, one after another.</summary>
internal interface IReplica
{
    /// <summary>The tensors that train, in the order of their elements.</summary>
    ImmutableArray<TrainedTensor> Tensors { get; }

    /// <summary>Sets the weights, integers as their values; the state of the method is zero again.</summary>
    void Load(ReadOnlySpan<float> weights);

    /// <summary>Copies the weights.</summary>
    void Save(Span<float> weights);

    /// <summary>Runs a training step.</summary>
    /// <returns>Mean loss per sample before it, and why nothing can be learnt from it; null where something can.</returns>
    (double Loss, string? Fault) Train(StepContext context, ReadOnlySpan<int> samples);

    /// <summary>Runs a step but for its update.</summary>
    /// <param name="context">Step, seed, learning rate.</param>
    /// <param name="samples">Indices of the samples.</param>
    /// <param name="factors">[m], gets what was learnt along each direction.</param>
    /// <returns>As <see cref="Train"/>.</returns>
    (double Loss, string? Fault) Probe(StepContext context, ReadOnlySpan<int> samples, Span<float> factors);

    /// <summary>Runs the update of a step with given factors.</summary>
    /// <param name="context">Step, seed, learning rate.</param>
    /// <param name="factors">[m], in units of 2^−<paramref name="fractionBits"/>.</param>
    /// <param name="fractionBits">0 for signs.</param>
    void Update(StepContext context, ReadOnlySpan<float> factors, int fractionBits);

    /// <summary>Whether all weights are finite numbers.</summary>
    bool IsFinite { get; }

    /// <summary>Share of the test samples that are put into their class, 0..1.</summary>
    double Accuracy();
}

/// <summary>A tensor that trains.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Count">Its elements.</param>
/// <param name="Format">How a device stores one.</param>
/// <param name="Unit">What 1 stands for; 1 in floating point.</param>
internal sealed record TrainedTensor(string Name, int Count, NumberFormat Format, double Unit);

/// <summary>A device whose step and inference share their weights.</summary>
/// <typeparam name="T">Unit of storage.</typeparam>
internal sealed class Replica<T>(
    Machine<T> training, Machine<T> inference, SampleStore<T> train, SampleStore<T> test, ReadOnlyMemory<int> labels) : IReplica
    where T : unmanaged
{
    /// <inheritdoc/>
    public ImmutableArray<TrainedTensor> Tensors { get; } =
        [.. training.Trainable.Select(t => new TrainedTensor(t.Name, (int)t.Shape.Count, t.Format, training.UnitOf(t)))];

    /// <inheritdoc/>
    public bool IsFinite => training.IsFinite;

    /// <inheritdoc/>
    public void Load(ReadOnlySpan<float> weights) => training.Begin(weights);

    /// <inheritdoc/>
    public void Save(Span<float> weights) => training.CopyTrained(weights);

    /// <inheritdoc/>
    public (double Loss, string? Fault) Train(StepContext context, ReadOnlySpan<int> samples)
    {
        training.Run(context, train, samples);
        return Outcome();
    }

    /// <inheritdoc/>
    public (double Loss, string? Fault) Probe(StepContext context, ReadOnlySpan<int> samples, Span<float> factors)
    {
        training.Probe(context, train, samples);
        for (int d = 0; d < factors.Length; d++)
            factors[d] = training.Factor(d);
        return Outcome();
    }

    /// <inheritdoc/>
    public void Update(StepContext context, ReadOnlySpan<float> factors, int fractionBits) =>
        training.Update(context, factors, fractionBits);

    /// <inheritdoc/>
    public double Accuracy() => inference.Accuracy(test, labels.Span);

    private (double Loss, string? Fault) Outcome()
    {
        double loss = training.Loss;
        return (loss, training.FaultOf(loss));
    }
}
