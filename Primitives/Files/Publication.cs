using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;

namespace NpuSim.Files;

/// <summary>
/// Files of one folder that change together. They are written into a folder of their own first, <c>.publish-new</c>;
/// renaming that to
/// <c>.publish</c> is the moment from which on they count. Then each moves to its place, the last one last. A process that is
/// killed before that moment changed nothing; after it, <see cref="Current"/> finds the new files, and whoever writes to the
/// folder next moves the rest
/// (<see cref="Finish"/>).
/// </summary>
public sealed class Publication : IDisposable
{
    private const string Staged = ".publish-new", Decided = ".publish", ListName = ".names";

    private readonly string folder;
    private readonly List<string> names = [];
    private readonly SortedDictionary<string, string> hashes = new(StringComparer.Ordinal);

    /// <summary>Begins a publication.</summary>
    /// <param name="folder">The folder, which exists and is locked.</param>
    /// <exception cref="InputException">It cannot be written to.</exception>
    public Publication(string folder)
    {
        this.folder = folder;
        Attempt(folder, () =>
        {
            RemoveTree(Path.Combine(folder, Staged));
            Disk.Current.CreateFolder(Path.Combine(folder, Staged));
        });
    }

    /// <summary>SHA-256 of each file written so far, in hexadecimal, by name.</summary>
    public ImmutableSortedDictionary<string, string> Hashes => hashes.ToImmutableSortedDictionary(StringComparer.Ordinal);

    /// <summary>Writes a file.</summary>
    /// <param name="name">Its name within the folder, parts joined by "/".</param>
    /// <param name="write">Writes the content.</param>
    /// <exception cref="InputException">It cannot be written.</exception>
    public void Write(string name, Action<Stream> write)
    {
        OrdinaryFile.RequireReplaceable(Path.Combine(folder, name));
        names.Add(name);
        using MemoryStream content = new();
        write(content);
        hashes[name] = Convert.ToHexStringLower(SHA256.HashData(content.GetBuffer().AsSpan(0, (int)content.Length)));
        Put(name, stream => content.WriteTo(stream));
    }

    /// <summary>Makes the files count and moves them to their places, in the order in which they were written.</summary>
    /// <param name="obsolete">Files of the folder that go.</param>
    /// <exception cref="InputException">The folder cannot be written to.</exception>
    public void Commit(IEnumerable<string> obsolete)
    {
        string list = string.Concat(obsolete.Select(o => $"-{o}\n").Concat(names.Select(n => $"+{n}\n")));
        Put(ListName, stream => stream.Write(Encoding.UTF8.GetBytes(list)));
        Attempt(folder, () =>
        {
            foreach (string inner in Directory.GetDirectories(Path.Combine(folder, Staged)))
                Disk.Current.SyncFolder(inner);
            Disk.Current.SyncFolder(Path.Combine(folder, Staged));
            Disk.Current.MoveFolder(Path.Combine(folder, Staged), Path.Combine(folder, Decided));
            Disk.Current.SyncFolder(folder);
        });
        Finish(folder);
    }

    /// <summary>Removes what was written where it was not committed.</summary>
    public void Dispose()
    {
        try
        {
            RemoveTree(Path.Combine(folder, Staged));
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            // the next publication does
        }
    }

    /// <summary>Ends what a killed process began, if it did: what counts moves to its place, what does not goes.</summary>
    /// <param name="folder">The folder, which is locked.</param>
    /// <exception cref="InputException">It cannot be written to.</exception>
    public static void Finish(string folder) => Attempt(folder, () =>
    {
        RemoveTree(Path.Combine(folder, Staged));
        string decided = Path.Combine(folder, Decided), list = Path.Combine(decided, ListName);
        if (File.Exists(list))
        {
            string[] lines = Encoding.UTF8.GetString(OrdinaryFile.ReadAllBytes(list))
                .Split('\n', StringSplitOptions.RemoveEmptyEntries);
            foreach (string line in lines)
            {
                string from = Path.Combine(decided, line[1..]), to = Path.Combine(folder, line[1..]);
                if (line[0] == '-')
                    Disk.Current.Delete(to);
                else if (File.Exists(from))
                    Move(from, to);
            }

            Disk.Current.SyncFolder(folder);
            Disk.Current.Delete(list);
        }

        RemoveTree(decided);
    });

    /// <summary>Where a file of a folder is now: in its place, or on the way there.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="name">Name of the file.</param>
    public static string Current(string folder, string name) =>
        Path.Combine(folder, Decided, name) is { } path && File.Exists(path) ? path : Path.Combine(folder, name);

    /// <summary>Whether something of a publication is left that <see cref="Finish"/> would end or remove.</summary>
    public static bool IsUnfinished(string folder) =>
        Directory.Exists(Path.Combine(folder, Staged)) || Directory.Exists(Path.Combine(folder, Decided));

    private static void Move(string from, string to)
    {
        string place = Path.GetDirectoryName(to)!;
        if (!Directory.Exists(place))
            Disk.Current.CreateFolder(place);
        Disk.Current.Move(from, to, overwrite: true);
    }

    private void Put(string name, Action<Stream> write)
    {
        string path = Path.Combine(folder, Staged, name);
        Attempt(Path.Combine(folder, name), () =>
        {
            string place = Path.GetDirectoryName(path)!;
            if (!Directory.Exists(place))
                Disk.Current.CreateFolder(place);
            using Stream stream = Disk.Current.Create(path);
            write(stream);
            Disk.Current.Sync(stream);
        });
    }

    private static void RemoveTree(string path)
    {
        if (!Directory.Exists(path))
            return;
        foreach (string inner in Directory.GetDirectories(path))
            RemoveTree(inner);
        foreach (string file in Directory.GetFiles(path))
            Disk.Current.Delete(file);
        Disk.Current.DeleteFolder(path);
    }

    private static void Attempt(string path, Action act)
    {
        try
        {
            act();
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException or NotSupportedException)
        {
            throw new InputException($"{path}: cannot be written: {AtomicFile.FirstLine(fault.Message)}", fault);
        }
    }
}
