using System.Collections.Immutable;
using NpuSim.Reports.Tables;
using NpuSim.Simulator.Studies.Federated;
using NpuSim.Yaml;
using Quantity = NpuSim.Reports.Text.Quantity;

namespace NpuSim.Reports.Federated;

/// <summary>The tables of a federated study.</summary>
public static class FederatedTables
{
    /// <summary>A row for each protocol, method and partition: means over the seeds.</summary>
    /// <param name="target">Accuracy in percent to which rounds and bytes are counted; 0: none.</param>
    /// <param name="results">The trainings of the study.</param>
    public static Table<FederatedMean> Means(double target, ImmutableArray<FederatedResult> results)
    {
        bool faults = results.Any(r => r.Fault is not null), compresses = results.Any(r => r.Case.Compression != "none");
        Table<FederatedMean> table = new("Means over the seeds",
            new("Protocol", m => YamlWords.Of(m.Case.Protocol)),
            new("Method", m => m.Case.Method),
            new("Partition", m => YamlWords.Of(m.Case.Partition)),
            new("Compression", m => m.Case.Compression),
            new("Seeds", m => m.Seeds, Format: "F0"),
            new("Before", m => 100 * m.Mean(r => r.Outcome!.ZeroShot), "%", "F1"),
            new("After", m => 100 * m.Final, "%", "F1", m => m.Spread == 0 ? Quantity.Percent(m.Final!.Value)
                : $"{Quantity.Percent(m.Final!.Value)} ± {Quantity.Percent(m.Spread)}"),
            new("Up", m => m.UpEach, "B", "bytes", Meaning: "Bytes that a client sends in a round in which it is reached."),
            new("Down", m => m.DownEach, "B", "bytes", Meaning: "Bytes that it receives."),
            new("All bytes", m => m.Mean(r => r.Outcome!.UpBytes + r.Outcome!.DownBytes), "B", "bytes",
                Meaning: "Of all clients in all rounds, both ways."),
            new("Delivery", m => m.Mean(r => r.Outcome!.DeliveryBytes), "B", "bytes",
                Meaning: "Bytes that bring the last weights to every device; no round counts them."),
            new("Scratch", m => m.Mean(r => r.ScratchBytes), "B", "bytes"),
            new("Kept", m => m.Mean(r => r.KeptBytes), "B", "bytes",
                Meaning: "What a device keeps of changes that it did not send."),
            new("Cycles", m => m.Mean(r => r.CyclesPerRound), Format: "prefix",
                Meaning: "Of a device in a round in which it is reached."),
            new("Compute", m => m.Mean(r => r.ComputeJoules / r.Participations), "J", "metric",
                Meaning: "Energy of a device's steps in a round in which it is reached."),
            new("Radio", m => m.Mean(r => r.RadioJoules / r.Participations), "J", "metric",
                Meaning: "Energy of its messages there; none where a profile has no radio."));
        if (target > 0)
            table = table with
            {
                Columns =
                [
                    .. table.Columns,
                    new($"Rounds to {target} %", m => m.Mean(r => r.Outcome!.First(target / 100)?.Round), Format: "F0",
                        Meaning: "The first round after which that accuracy was measured, where every seed comes to it."),
                    new($"Bytes to {target} %", m => m.Mean(r => BytesTo(r.Outcome!, target / 100)), "B", "bytes"),
                ],
            };
        if (!compresses)
            table = table with { Columns = [.. table.Columns.Where(c => c.Header is not ("Compression" or "Kept"))] };
        return faults ? table with { Columns = table.Columns.Add(new("Outcome", m => m.Fault)) } : table;
    }

    /// <summary>A row for each training: every figure.</summary>
    public static readonly Table<FederatedResult> Runs = new("Every training",
        new("Protocol", r => YamlWords.Of(r.Case.Protocol)),
        new("Method", r => r.Case.Method),
        new("Partition", r => YamlWords.Of(r.Case.Partition)),
        new("Compression", r => r.Case.Compression),
        new("Seed", r => r.Case.Seed, Format: "F0"),
        new("Before", r => 100 * r.Outcome?.ZeroShot, "%", "F1"),
        new("After", r => 100 * r.Outcome?.Final, "%", "F1"),
        new("Rounds", r => r.Outcome?.Rounds.Length, Format: "F0"),
        new("Client rounds", r => r.Participations, Format: "F0"),
        new("Up", r => r.Outcome?.UpBytes, "B", "bytes"),
        new("Down", r => r.Outcome?.DownBytes, "B", "bytes"),
        new("Delivery", r => r.Outcome?.DeliveryBytes, "B", "bytes"),
        new("Message of weights", r => r.Outcome?.WeightBytes, "B", "bytes"),
        new("Scratch", r => r.ScratchBytes, "B", "bytes"),
        new("Kept", r => r.KeptBytes, "B", "bytes"),
        new("Cycles of a client round", r => r.CyclesPerRound, Format: "prefix"),
        new("Compute", r => r.ComputeJoules, "J", "metric"),
        new("Radio", r => r.RadioJoules, "J", "metric"),
        new("Weights", r => r.Outcome?.WeightsHash),
        new("Outcome", r => r.Fault));

    /// <summary>A row for each round of each training.</summary>
    public static readonly Table<(FederatedCase Case, FederatedRound Round)> Rounds = new("Every round",
        new("Protocol", r => YamlWords.Of(r.Case.Protocol)),
        new("Method", r => r.Case.Method),
        new("Partition", r => YamlWords.Of(r.Case.Partition)),
        new("Compression", r => r.Case.Compression),
        new("Seed", r => r.Case.Seed, Format: "F0"),
        new("Round", r => r.Round.Round, Format: "F0"),
        new("Asked", r => r.Round.Asked, Format: "F0"),
        new("Unreachable", r => r.Round.Unreachable, Format: "F0"),
        new("Late", r => r.Round.Late, Format: "F0"),
        new("Replayed", r => r.Round.Replayed, Format: "F0"),
        new("Fetched", r => r.Round.Fetched, Format: "F0"),
        new("Up", r => r.Round.UpBytes, "B", "bytes"),
        new("Down", r => r.Round.DownBytes, "B", "bytes"),
        new("Loss", r => r.Round.Loss, Format: "F4"),
        new("Accuracy", r => 100 * r.Round.Accuracy, "%", "F1"),
        new("Drift", r => 100 * r.Round.DriftShare, "%", "F2", Meaning: "Weights of a device that are not the server's."),
        new("Largest drift", r => r.Round.DriftSteps, Format: "F0"));

    // Both ways, until an accuracy was measured to be reached.
    private static double? BytesTo(FederatedOutcome outcome, double accuracy) => outcome.First(accuracy) is { } first
        ? outcome.Rounds.Take(first.Round).Sum(r => (double)(r.UpBytes + r.DownBytes)) : null;
}
