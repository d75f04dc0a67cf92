using System.Collections.Immutable;
using NpuSim.Simulator.Execution;

namespace NpuSim.Simulator.Training;

/// <summary>What the result of a few-shot task needs of one episode.</summary>
/// <param name="ZeroShot">Accuracy before the first step, 0..1.</param>
/// <param name="Final">Accuracy after the last step, 0..1.</param>
/// <param name="Losses">The loss curve.</param>
/// <param name="Steps">Step of each point.</param>
/// <param name="Numerics">What fixed-point arithmetic did; null in floating point.</param>
public sealed record FinishedEpisode(
    double ZeroShot, double Final, ImmutableArray<double> Losses, ImmutableArray<int> Steps, NumericsResult? Numerics)
{
    /// <summary>Of the outcome of its training.</summary>
    public static FinishedEpisode Of(TrainingCurve curve, NumericsResult? numerics)
    {
        ArgumentNullException.ThrowIfNull(curve);
        return new(curve.ZeroShot, curve.Final, curve.Losses, curve.Steps, numerics);
    }

    /// <summary>True when the results of two episodes can be averaged: both are whole and count the same things.</summary>
    public bool IsLike(FinishedEpisode other) => IsWhole && other is { IsWhole: true } && Steps.SequenceEqual(other.Steps)
        && Names(Numerics).SequenceEqual(Names(other.Numerics));

    /// <summary>The curve of its training.</summary>
    public TrainingCurve ToCurve() => new(ZeroShot, Final, Losses, Steps);

    // A file may leave anything out.
    private bool IsWhole => !Losses.IsDefault && !Steps.IsDefault && Losses.Length == Steps.Length
        && (Numerics is null || (!Numerics.Epsilon.IsDefault && !Numerics.Layers.IsDefault
            && Numerics.Epsilon.All(e => e is not null) && Numerics.Layers.All(l => l is not null)));

    private static IEnumerable<string> Names(NumericsResult? numerics) =>
        numerics is null ? [] : numerics.Epsilon.Select(e => e.Tensor).Append("of").Concat(numerics.Layers.Select(l => l.Layer));
}
