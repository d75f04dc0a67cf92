using System.Collections.Immutable;
using System.Text.Json;
using NpuSim.Simulator.Execution;
using NpuSim.Simulator.Training;

namespace NpuSim.Simulator.Studies;

/// <summary>One finished training as a line of JSON in a study's journal, every number to its last digit.</summary>
/// <param name="Run">Method and scheme, as "bp:fp32 ft".</param>
/// <param name="Seed">The seed.</param>
/// <param name="Identity">What decides its values (<see cref="RunIdentity"/>).</param>
/// <param name="ZeroShot">Accuracy before the first step, 0..1.</param>
/// <param name="Final">Accuracy after the last step, 0..1; no number where it diverged.</param>
/// <param name="Losses">The loss curve.</param>
/// <param name="Steps">Step of each point.</param>
/// <param name="Episodes">Accuracy after each few-shot episode; null for other tasks.</param>
/// <param name="Divergence">Where it diverged; null where it did not.</param>
/// <param name="Numerics">What fixed-point arithmetic did; null in floating point.</param>
public sealed record RunRecord(
    string Run, ulong Seed, string Identity, double ZeroShot, double Final, ImmutableArray<double> Losses,
    ImmutableArray<int> Steps,
    ImmutableArray<double>? Episodes, Divergence? Divergence, NumericsResult? Numerics)
{
    /// <summary>Steps after which accuracy was measured on few samples; null where it was not.</summary>
    public ImmutableArray<int>? AccuracySteps { get; init; }

    /// <summary>Accuracy after each of them, 0..1.</summary>
    public ImmutableArray<double>? Accuracies { get; init; }

    /// <summary>Of the outcome of a training.</summary>
    public static RunRecord Of(RunName name, string identity, TrainingCurve curve, NumericsResult? numerics)
    {
        ArgumentNullException.ThrowIfNull(curve);
        return new(
            name.Run, name.Seed, identity, curve.ZeroShot, curve.Final, curve.Losses, curve.Steps, curve.Episodes.IsDefault
            ? null : curve.Episodes,
            curve.Divergence, numerics)
        {
            AccuracySteps = curve.AccuracySteps.IsDefaultOrEmpty ? null : curve.AccuracySteps,
            Accuracies = curve.Accuracies.IsDefaultOrEmpty ? null : curve.Accuracies,
        };
    }

    /// <summary>The outcome of the training.</summary>
    public (TrainingCurve Curve, NumericsResult? Numerics) ToOutcome() =>
        (new TrainingCurve(ZeroShot, Final, Losses, Steps, Episodes ?? default)
        {
            Divergence = Divergence,
            AccuracySteps = AccuracySteps ?? [],
            Accuracies = Accuracies ?? [],
        }, Numerics);

    /// <summary>Reads a line; null where it is no such record.</summary>
    public static RunRecord? Parse(string line)
    {
        try
        {
            RunRecord? record = JsonSerializer.Deserialize(line, RunRecordJson.Default.RunRecord);
            return record is { Run: not null, Identity: not null, Losses.IsDefault: false, Steps.IsDefault: false }
                && (record.Accuracies ?? []).Length == (record.AccuracySteps ?? []).Length ? record : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>Writes a record to nowhere, beside the caller's work: the first one takes the runtime a tenth of a second, which
    /// would be most of what a short study spends on its journal.</summary>
    internal static void Prepare() => _ = new RunRecord("", 0, "", 0, 0, [0], [0], null, null, new([], 0, 0, [])).ToLine();

    /// <summary>As <see cref="Parse"/> reads it.</summary>
    public string ToLine() => JsonSerializer.Serialize(this, RunRecordJson.Default.RunRecord);
}
