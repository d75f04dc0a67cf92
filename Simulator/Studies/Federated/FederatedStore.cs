using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Text;
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
    private const string Ending = ".json", StateEnding = ".safetensors", Identity = "run", Progress = "progress";

    private readonly string folder;
    private readonly Action<string> note;
    private readonly ConcurrentDictionary<string, FederatedOutcome> known = [];

    /// <summary>Opens the store beside results; nothing is made before there is something to keep.</summary>
    /// <param name="results">Folder of the results.</param>
    /// <param name="note">Is told what a user should know, a line each time.</param>
    public FederatedStore(string results, Action<string> note) =>
        (folder, this.note) = (Path.Combine(results, RunStore.FolderName), note);

    /// <summary>Time after which the state of a training under way is kept anew.</summary>
    public TimeSpan StateInterval { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>Finished trainings in the folder.</summary>
    public int Finished => Directory.Exists(folder) ? Directory.GetFiles(folder, $"*{Ending}").Length : 0;

    /// <summary>The outcome of a training, whoever wrote it; null where there is none yet.</summary>
    /// <exception cref="InputException">The file cannot be read.</exception>
    internal FederatedOutcome? Find(string identity)
    {
        if (known.TryGetValue(identity, out FederatedOutcome? outcome))
            return outcome;
        string file = FileOf(identity, Ending);
        if (!File.Exists(file))
            return null;
        FederatedRecord? record = FederatedRecord.Parse(Encoding.UTF8.GetString(OrdinaryFile.ReadAllBytes(file)));
        if (record?.Identity != identity)
        {
            note($"{file}: is no whole record and not used");
            return null; // it is replaced
        }

        return known[identity] = record.Outcome;
    }

    /// <summary>Keeps the outcome of a training, whose state goes.</summary>
    /// <exception cref="InputException">It cannot be written.</exception>
    internal void Add(string identity, FederatedOutcome outcome)
    {
        byte[] text = Encoding.UTF8.GetBytes(new FederatedRecord(identity, outcome).ToText() + "\n");
        AtomicFile.Write(FileOf(identity, Ending), stream => stream.Write(text));
        known[identity] = outcome;
        if (FileOf(identity, StateEnding) is { } state && File.Exists(state))
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
        Safetensors.Write(FileOf(identity, StateEnding), Weights.Create(state.Tensors.Select(t =>
            KeyValuePair.Create(t.Key, new WeightTensor([t.Value.Length], t.Value))), text));
    }

    /// <summary>The state in which a training was kept; null where there is none that can be used.</summary>
    internal FederatedState? StateOf(string identity)
    {
        string file = FileOf(identity, StateEnding);
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

    private string FileOf(string identity, string ending) => Path.Combine(folder, RunIdentity.Hash(identity) + ending);
}
