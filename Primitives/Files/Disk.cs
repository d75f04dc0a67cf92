namespace NpuSim.Files;

/// <summary>
/// The few operations by which results, journals and caches change a disk. Tests put one in its place that fails on demand.
/// </summary>
public class Disk
{
    /// <summary>The disk that all of the program writes to.</summary>
    public static Disk Current { get; private set; } = new();

    /// <summary>Puts another disk in its place until the result is disposed of; for tests.</summary>
    public static IDisposable Use(Disk disk)
    {
        ArgumentNullException.ThrowIfNull(disk);
        Disk before = Current;
        Current = disk;
        return new Return(before);
    }

    /// <summary>A new file; one of that name must not be there.</summary>
    public virtual Stream Create(string path) => new FileStream(path, FileMode.CreateNew, FileAccess.ReadWrite);

    /// <summary>A file to append to, made where it is missing; positioned at its start. It has no buffer: one thread may
    /// synchronise it while another writes.</summary>
    public virtual Stream Open(string path) =>
        new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.Read, bufferSize: 0);

    /// <summary>A file that no other process opens meanwhile, made where it is missing.</summary>
    /// <exception cref="IOException">Another process has it open.</exception>
    public virtual FileStream OpenAlone(string path) =>
        new(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, bufferSize: 0);

    /// <summary>Returns when what was written to a file is on the disk.</summary>
    /// <param name="stream">Of <see cref="Create"/> or <see cref="Open"/>.</param>
    public virtual void Sync(Stream stream) => ((FileStream)stream).Flush(flushToDisk: true);

    /// <summary>Returns when the names in a folder are on the disk.</summary>
    public virtual void SyncFolder(string path) => Posix.SyncFolder(path);

    /// <summary>Gives a file another name.</summary>
    /// <param name="from">The file.</param>
    /// <param name="to">Its new name, in the same file system.</param>
    /// <param name="overwrite">True: a file of that name is replaced, at once; false: it stays, and this is an
    /// <see cref="IOException"/>.</param>
    public virtual void Move(string from, string to, bool overwrite)
    {
        if (overwrite)
            File.Move(from, to, overwrite: true);
        else
            Posix.MoveNew(from, to);
    }

    /// <summary>Gives a folder another name, at once; none of that name must be there.</summary>
    public virtual void MoveFolder(string from, string to) => Directory.Move(from, to);

    /// <summary>Removes a file, if it is there.</summary>
    public virtual void Delete(string path) => File.Delete(path);

    /// <summary>Removes an empty folder.</summary>
    public virtual void DeleteFolder(string path) => Directory.Delete(path);

    /// <summary>Makes a folder and those above it where they are missing.</summary>
    public virtual void CreateFolder(string path) => Directory.CreateDirectory(path);

    private sealed class Return(Disk before) : IDisposable
    {
        public void Dispose() => Current = before;
    }
}
