using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization;
using NpuSim.Workloads.Graphs;

namespace NpuSim.Simulator.Studies.Leakage;

/// <summary>One attack on one message.</summary>
/// <param name="Weights">What the network has learnt.</param>
/// <param name="Batch">Images behind the message.</param>
/// <param name="Message">What the client tells.</param>
/// <param name="Defence">What it does to it.</param>
/// <param name="Attack">How the server searches.</param>
/// <param name="Sample">Which images, from 0.</param>
public sealed record LeakageCase(
    AttackedWeights Weights, int Batch, string Message, string Defence, AttackKind Attack, int Sample);

/// <summary>What an attack found.</summary>
/// <param name="Bytes">Bytes of the message.</param>
/// <param name="Distance">What the search made small; null by the closed form.</param>
/// <param name="Iterations">Steps that it took.</param>
/// <param name="Mse">Mean squared error of pixels in 0..1; null where no image was searched for.</param>
/// <param name="Ssim">Structural similarity, mean over the batch; null there.</param>
/// <param name="LabelsRight">Share of the labels that it found; null where they were given.</param>
/// <param name="FeatureError">Of the closed form: largest difference of what the last layer reads, relative to its largest
/// magnitude.</param>
/// <param name="Picture">[batch, height, width, channels], a byte each; empty where no image was searched for.</param>
public sealed record LeakageOutcome(
    int Bytes, double? Distance, int Iterations, double? Mse, double? Ssim, double? LabelsRight, double? FeatureError,
    byte[] Picture);

/// <summary>An attack, and what it found.</summary>
/// <param name="Case">Which it is.</param>
/// <param name="Outcome">What it found; null where it does not run.</param>
/// <param name="Refusal">Why it does not run; null where it does.</param>
public sealed record LeakageResult(LeakageCase Case, LeakageOutcome? Outcome, string? Refusal);

/// <summary>What is guessed without any message: how near that comes to the images.</summary>
/// <param name="MeanMse">Of the mean of all other images.</param>
/// <param name="MeanSsim">Of the same.</param>
/// <param name="NearestMse">Of the one nearest among them.</param>
/// <param name="NearestSsim">Of the same.</param>
public sealed record LeakageGuess(double MeanMse, double MeanSsim, double NearestMse, double NearestSsim);

/// <summary>Everything that a study found.</summary>
/// <param name="Attacks">Every attack that is known.</param>
/// <param name="Audits">Every audit that is known.</param>
/// <param name="Guess">What is guessed without any message.</param>
/// <param name="Image">[height, width, channels] of a picture.</param>
/// <param name="Originals">The images of each sample at each batch, a byte for each number.</param>
/// <param name="IsComplete">False where some are missing.</param>
public sealed record LeakageResults(
    ImmutableArray<LeakageResult> Attacks, ImmutableArray<AuditResult> Audits, LeakageGuess Guess, Shape Image,
    ImmutableDictionary<(int Batch, int Sample), byte[]> Originals, bool IsComplete);

/// <summary>A finished attack or audit as kept in a file.</summary>
/// <param name="Identity">What decides its values.</param>
/// <param name="Attack">What an attack found; null for an audit.</param>
/// <param name="Audit">What an audit found; null for an attack.</param>
internal sealed record LeakageRecord(string Identity, LeakageOutcome? Attack, AuditOutcome? Audit)
{
    /// <summary>Reads a file's text; null where it is no such record.</summary>
    public static LeakageRecord? Parse(string text)
    {
        try
        {
            LeakageRecord? record = JsonSerializer.Deserialize(text, LeakageJson.Default.LeakageRecord);
            return record?.Identity is not null && record is { Attack.Picture: not null } or { Audit.Points.IsDefault: false }
                ? record : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>As <see cref="Parse"/> reads it.</summary>
    public string ToText() => JsonSerializer.Serialize(this, LeakageJson.Default.LeakageRecord);
}

/// <summary>How records are written, generated when the program is built.</summary>
[JsonSourceGenerationOptions(
    NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(LeakageRecord))]
internal sealed partial class LeakageJson : JsonSerializerContext;
