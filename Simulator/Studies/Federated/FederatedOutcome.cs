using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace NpuSim.Simulator.Studies.Federated;

/// <summary>What one federated training came to.</summary>
/// <param name="ZeroShot">Accuracy before the first round, 0..1.</param>
/// <param name="Final">Accuracy of the server's weights after the last, 0..1; no number where the training diverged.</param>
/// <param name="Rounds">Every round.</param>
/// <param name="Devices">What the devices of each profile did.</param>
/// <param name="WeightBytes">Bytes of a message of weights.</param>
/// <param name="DeliveryBytes">Bytes that would bring the last weights to every device, in no round's count.</param>
/// <param name="WeightsHash">Of the server's last weights, as devices store them.</param>
public sealed record FederatedOutcome(
    double ZeroShot, double Final, ImmutableArray<FederatedRound> Rounds, ImmutableArray<DeviceCounts> Devices, long WeightBytes,
    long DeliveryBytes, string WeightsHash)
{
    /// <summary>Round and reason where the training diverged; null where it did not.</summary>
    public string? Divergence { get; init; }

    /// <summary>Bytes from clients in all rounds.</summary>
    [JsonIgnore]
    public long UpBytes => Rounds.Sum(r => r.UpBytes);

    /// <summary>Bytes to clients in all rounds.</summary>
    [JsonIgnore]
    public long DownBytes => Rounds.Sum(r => r.DownBytes);

    /// <summary>The first round after which an accuracy was measured to be reached; null where none was.</summary>
    /// <param name="accuracy">0..1.</param>
    public FederatedRound? First(double accuracy) => Rounds.FirstOrDefault(r => r.Accuracy >= accuracy);
}

/// <summary>A finished training as kept in a file.</summary>
/// <param name="Identity">What decides its values.</param>
/// <param name="Outcome">What it came to.</param>
internal sealed record FederatedRecord(string Identity, FederatedOutcome Outcome)
{
    /// <summary>Reads a file's text; null where it is no such record.</summary>
    public static FederatedRecord? Parse(string text)
    {
        try
        {
            FederatedRecord? record = JsonSerializer.Deserialize(text, FederatedJson.Default.FederatedRecord);
            return record is { Identity: not null, Outcome: { Rounds.IsDefault: false, Devices.IsDefault: false } }
                ? record : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>As <see cref="Parse"/> reads it.</summary>
    public string ToText() => JsonSerializer.Serialize(this, FederatedJson.Default.FederatedRecord);
}

/// <summary>What a training between two rounds needs beside tensors.</summary>
/// <param name="ZeroShot">Accuracy before the first round, 0..1.</param>
/// <param name="Rounds">The rounds that are done.</param>
/// <param name="Devices">What the devices of each profile did.</param>
internal sealed record FederatedProgress(
    double ZeroShot, ImmutableArray<FederatedRound> Rounds, ImmutableArray<DeviceCounts> Devices);

/// <summary>How records are written, generated when the program is built.</summary>
[JsonSourceGenerationOptions(
    NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(FederatedRecord))]
[JsonSerializable(typeof(FederatedProgress))]
internal sealed partial class FederatedJson : JsonSerializerContext;
