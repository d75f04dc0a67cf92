using System.Text;

namespace NpuSim.Files;

/// <summary>
/// A folder that one process writes to at a time. The file <c>.lock</c> in it is held open, which systems end with the
/// process, and names process and machine, which tells leftovers where a file system knows no locks: those of a process
/// that no longer runs on this machine, and those of another machine that were not renewed for two minutes.
/// </summary>
public sealed class FolderLock : IDisposable
{
    /// <summary>Name of the file.</summary>
    public const string FileName = ".lock";

    private const int Attempts = 20, Taken = 11, TakenOnMac = 35; // EWOULDBLOCK: another process has the file open
    private static readonly TimeSpan Renewal = TimeSpan.FromSeconds(15), Patience = TimeSpan.FromMinutes(2);

    private static int takings;

    private readonly string path;
    private readonly FileStream file;
    private readonly Timer renewal;

    private FolderLock(string path, FileStream file, byte[] content)
    {
        (this.path, this.file) = (path, file);
        renewal = new Timer(_ => Renew(content), null, Renewal, Renewal);
    }

    /// <summary>Takes the lock of a folder that exists.</summary>
    /// <exception cref="InputException">Another process has it, or the folder cannot be written to.</exception>
    public static FolderLock Take(string folder)
    {
        string path = Path.Combine(folder, FileName);
        for (int attempt = 0; attempt < Attempts; attempt++)
        {
            if (Attempt(folder, path) is { } taken)
                return taken;
        }

        throw InUse(folder, null);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        renewal.Dispose();
        try
        {
            file.SetLength(0); // free, even where it cannot be removed
            if (!OperatingSystem.IsWindows())
                Disk.Current.Delete(path); // while it is held: whoever comes next makes a new one
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            // the next one sees that its process has ended
        }
        finally
        {
            file.Dispose();
        }

        if (OperatingSystem.IsWindows())
            File.Delete(path);
    }

    // Null: the file was that of a process that ended in this moment.
    private static FolderLock? Attempt(string folder, string path)
    {
        FileStream file;
        OrdinaryFile.RequireReplaceable(path);
        try
        {
            file = Disk.Current.OpenAlone(path);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            string? holder = Posix.Read(path);
            if (holder is null && fault.HResult is Taken or TakenOnMac)
                return null;
            if (fault is UnauthorizedAccessException || (holder is null && !OperatingSystem.IsWindows()))
                throw new InputException($"{folder}: cannot be written to: {AtomicFile.FirstLine(fault.Message)}", fault);
            throw InUse(folder, holder is null ? null : ProcessMark.Find(holder));
        }

        try
        {
            // Of no other taking, in this process either
            byte[] content = Encoding.ASCII.GetBytes($"npusim {Interlocked.Increment(ref takings)} {ProcessMark.Own}\n");
            using (StreamReader reader = new(file, leaveOpen: true))
            {
                if (ProcessMark.Find(reader.ReadToEnd()) is { } before && IsHeld(before, path))
                    throw InUse(folder, before);
            }

            file.SetLength(0);
            RandomAccess.Write(file.SafeFileHandle, content, 0);
            if (OperatingSystem.IsWindows() || Posix.Read(path) == Encoding.ASCII.GetString(content))
                return new FolderLock(path, file, content);
            file.Dispose();
            return null;
        }
        catch (Exception fault)
        {
            file.Dispose();
            if (fault is IOException or UnauthorizedAccessException)
                throw new InputException($"{folder}: cannot be written to: {AtomicFile.FirstLine(fault.Message)}", fault);
            throw;
        }
    }

    private static bool IsHeld(ProcessMark mark, string path) =>
        mark.IsAlive ?? DateTime.UtcNow - File.GetLastWriteTimeUtc(path) < Patience;

    private static InputException InUse(string folder, ProcessMark? by) => new(
        $"{folder}: is in use by {(by is null ? "another process" : $"process {by.Id} on {by.Host}")}; accepted is another "
            + $"folder, or this one once that has ended.");

    private void Renew(byte[] content)
    {
        try
        {
            RandomAccess.Write(file.SafeFileHandle, content, 0);
        }
        catch (Exception fault) when (fault is IOException or ObjectDisposedException)
        {
            // a full disk; the lock itself holds
        }
    }
}
