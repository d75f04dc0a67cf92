using System.Collections.Concurrent;
using System.Text;
using NpuSim.Files;

namespace NpuSim.Simulator.Studies.Sweeps;

/// <summary>
/// What trainings came to: a file each, beside the priced points, that is there whole or not at all and never changes.
/// </summary>
public sealed class TrainingStore
{
    /// <summary>Name of the folder beside the results.</summary>
    public const string FolderName = "trainings";

    private const string Ending = ".json";

    private readonly string folder;
    private readonly ConcurrentDictionary<string, RunRecord> known = [];

    private TrainingStore(string folder) => this.folder = folder;

    /// <summary>The store beside results; nothing is made before there is something to keep.</summary>
    /// <param name="results">Folder of the results.</param>
    public static TrainingStore Open(string results) => new(Path.Combine(results, FolderName));

    /// <summary>Trainings that are kept.</summary>
    public int Count => Directory.Exists(folder) ? Directory.GetFiles(folder, $"*{Ending}").Length : 0;

    /// <summary>The outcome of a training, whoever wrote it; null where there is none yet.</summary>
    /// <param name="identity">What decides it.</param>
    /// <exception cref="InputException">The file cannot be read.</exception>
    public RunRecord? Find(string identity)
    {
        if (known.TryGetValue(identity, out RunRecord? record))
            return record;
        string file = FileOf(identity);
        try
        {
            if (!File.Exists(file))
                return null;
            record = RunRecord.Parse(File.ReadAllText(file));
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw new InputException($"{file}: cannot be read: {fault.Message.ReplaceLineEndings(" ")}", fault);
        }

        if (record is null || record.Identity != identity)
            return null; // damaged: it is done anew and replaced
        return known[identity] = record;
    }

    /// <summary>Keeps the outcome of a training.</summary>
    /// <exception cref="InputException">It cannot be written.</exception>
    public void Add(RunRecord record)
    {
        ArgumentNullException.ThrowIfNull(record);
        byte[] line = Encoding.UTF8.GetBytes(record.ToLine() + "\n");
        AtomicFile.Write(FileOf(record.Identity), stream => stream.Write(line));
        known[record.Identity] = record;
    }

    /// <summary>Removes every file but some.</summary>
    /// <param name="needed">Names of those that stay (<see cref="NameOf"/>).</param>
    /// <returns>How many were removed.</returns>
    /// <exception cref="InputException">One cannot be removed.</exception>
    internal int Clean(IReadOnlySet<string> needed) => StoreFolder.Remove(folder, Ending, file => !needed.Contains(file));

    /// <summary>Name of the file of a training.</summary>
    internal static string NameOf(string identity) => RunIdentity.Hash(identity) + Ending;

    private string FileOf(string identity) => Path.Combine(folder, NameOf(identity));
}
