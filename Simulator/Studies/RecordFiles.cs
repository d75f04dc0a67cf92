using System.Collections.Concurrent;
using System.Text;
using NpuSim.Files;

namespace NpuSim.Simulator.Studies;

/// <summary>
/// Finished pieces of a study, a file each in the journal beside the results, found by all that decides its values. Each is there
/// whole or not at all; any number of processes may share a folder.
/// </summary>
/// <typeparam name="T">What a file holds.</typeparam>
/// <param name="results">Folder of the results; nothing is made before there is something to keep.</param>
/// <param name="parse">Reads a file's text; null from it: it is no such record.</param>
/// <param name="identityOf">What decides the values of a record.</param>
/// <param name="textOf">As <paramref name="parse"/> reads it.</param>
/// <param name="note">Is told what a user should know, a line each time.</param>
internal sealed class RecordFiles<T>(
    string results, Func<string, T?> parse, Func<T, string> identityOf, Func<T, string> textOf, Action<string> note)
    where T : class
{
    private const string Ending = ".json";

    private readonly string folder = Path.Combine(results, RunStore.FolderName);
    private readonly ConcurrentDictionary<string, T> known = [];

    /// <summary>Records in the folder.</summary>
    public int Finished => Directory.Exists(folder) ? Directory.GetFiles(folder, $"*{Ending}").Length : 0;

    /// <summary>A record, whoever wrote it; null where there is none yet.</summary>
    /// <exception cref="InputException">The file cannot be read.</exception>
    public T? Find(string identity)
    {
        if (known.TryGetValue(identity, out T? record))
            return record;
        string file = FileOf(identity, Ending);
        if (!File.Exists(file))
            return null;
        record = parse(Encoding.UTF8.GetString(OrdinaryFile.ReadAllBytes(file)));
        if (record is not null && identityOf(record) == identity)
            return known[identity] = record;
        note($"{file}: is no whole record and not used");
        return null; // it is replaced
    }

    /// <summary>Keeps a record.</summary>
    /// <exception cref="InputException">It cannot be written.</exception>
    public void Add(T record)
    {
        byte[] text = Encoding.UTF8.GetBytes(textOf(record) + "\n");
        AtomicFile.Write(FileOf(identityOf(record), Ending), stream => stream.Write(text));
        known[identityOf(record)] = record;
    }

    /// <summary>The file of a record, or of what belongs to it.</summary>
    /// <param name="identity">What decides its values.</param>
    /// <param name="ending">Of the file's name.</param>
    public string FileOf(string identity, string ending) => Path.Combine(folder, RunIdentity.Hash(identity) + ending);
}
