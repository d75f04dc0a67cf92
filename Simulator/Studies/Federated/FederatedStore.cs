using System.Collections.Immutable;
using System.Text.Json;
using NpuSim.Files;
using NpuSim.Workloads.Formats;

namespace NpuSim.Simulator.Studies.Federated;

/// <summary>
/// What federated trainings came to, and the states of those under way: files beside the results, found by all that decides a
/// training's values. Each is there whole or not at all; any number of processes may share a folder.
/// </summary>
public sealed class FederatedStore
{
    private const string StateEnding = ".safetensors", Identity = "run", Progress = "progress";

    private readonly RecordFiles<FederatedRecord> files;
    private readonly Action<string> note;

    /// <summary>Opens the store beside results; nothing is made before there is something to keep.</summary>
    /// <param name="results">Folder of the results.</param>
    /// <param name="note">Is told what a user should know, a line each time.</param>
    public FederatedStore(string results, Action<string> note) => (files, this.note) =
        (new(results, FederatedRecord.Parse, r => r.Identity, r => r.ToText(), note), note);

    /// <summary>Time after which the state of a training under way is kept anew.</summary>
    public TimeSpan StateInterval { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>Finished trainings in the folder.</summary>
    public int Finished => files.Finished;

    /// <summary>The outcome of a training, whoever wrote it; null where there is none yet.</summary>
    /// <exception cref="InputException">The file cannot be read.</exception>
    internal FederatedOutcome? Find(string identity) => files.Find(identity)?.Outcome;

    /// <summary>Keeps the outcome of a training, whose state goes.</summary>
    /// <exception cref="InputException">It cannot be written.</exception>
    internal void Add(string identity, FederatedOutcome outcome)
    {
        files.Add(new(identity, outcome));
        if (files.FileOf(identity, StateEnding) is { } state && File.Exists(state))
            Disk.Current.Delete(state);
    }

    /// <summary>Keeps the state of a training under way.</summary>
    /// <exception cref="InputException">It cannot be written.</exception>
    internal void Keep(string identity, FederatedState state)
    {
        Dictionary<string, string> text = new()
        {
            [Identity] = identity,
            [Progress] = JsonSerializer.Serialize(state.Progress, FederatedJson.Default.FederatedProgress),
        };
        Safetensors.Write(files.FileOf(identity, StateEnding), Weights.Create(state.Tensors.Select(t =>
            KeyValuePair.Create(t.Key, new WeightTensor([t.Value.Length], t.Value))), text));
    }

    /// <summary>The state in which a training was kept; null where there is none that can be used.</summary>
    internal FederatedState? StateOf(string identity)
    {
        string file = files.FileOf(identity, StateEnding);
        if (!File.Exists(file))
            return null;
        try
        {
            Weights kept = Safetensors.Read(file);
            return kept.Metadata.GetValueOrDefault(Identity) == identity
                && JsonSerializer.Deserialize(kept.Metadata.GetValueOrDefault(Progress) ?? "null",
                    FederatedJson.Default.FederatedProgress) is { Rounds.IsDefault: false, Devices.IsDefault: false } progress
                ? new(progress, kept.Tensors.ToImmutableDictionary(t => t.Key, t => t.Value.Values.ToArray()))
                : throw new InputException($"{file}: is not as it was written.");
        }
        catch (Exception fault) when (fault is InputException or JsonException)
        {
            note($"{fault.Message} That training begins anew.");
            return null;
        }
    }
}
