namespace NpuSim.Files;

/// <summary>Writes files so that a reader sees the old content or the whole new one, never half of it.</summary>
public static class AtomicFile
{
    /// <summary>
    /// Calls <paramref name="write"/> with a new file beside <paramref name="path"/>, then renames it to <paramref name="path"/>,
    /// which it replaces; of a link, its target. Pipes, sockets, devices and folders are refused. Missing folders are made. On
    /// return content and name are on the disk. When <paramref name="write"/> throws, nothing is left behind; what killed
    /// processes left in the folder is removed.
    /// </summary>
    /// <param name="path">The file to write.</param>
    /// <param name="write">Writes the content; the stream is seekable and is closed afterwards.</param>
    /// <exception cref="InputException">The file cannot be written; the message names it and the cause.</exception>
    public static void Write(string path, Action<Stream> write) => Write(path, write, overwrite: true);

    /// <summary>As <see cref="Write(string, Action{Stream})"/>, but a file that is there already stays as it is, whoever wrote
    /// it, even in this moment.</summary>
    /// <returns>False where there was one.</returns>
    /// <exception cref="InputException">The file cannot be written; the message names it and the cause.</exception>
    public static bool WriteNew(string path, Action<Stream> write)
    {
        try
        {
            OrdinaryFile.RequireReplaceable(path);
            if (Path.Exists(path))
                return false;
            Write(path, write, overwrite: false);
            return true;
        }
        catch (InputException taken) when (taken.InnerException is IOException && Path.Exists(path))
        {
            return false;
        }
    }

    /// <summary>Removes the half-written files that killed processes left in a folder.</summary>
    public static void RemoveLeftovers(string folder) => TemporaryFile.SweepAgain(folder);

    private static void Write(string path, Action<Stream> write, bool overwrite)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        ArgumentNullException.ThrowIfNull(write);
        string temporary = "";
        bool made = false;
        try
        {
            string full = OrdinaryFile.Target(path), folder = Path.GetDirectoryName(full) ?? "/";
            temporary = TemporaryFile.Beside(full);
            if (!Directory.Exists(folder))
                Disk.Current.CreateFolder(folder);
            TemporaryFile.Sweep(folder);
            using (Stream stream = Disk.Current.Create(temporary))
            {
                made = true;
                write(stream);
                Disk.Current.Sync(stream);
            }

            Disk.Current.Move(temporary, full, overwrite);
            made = false;
            Disk.Current.SyncFolder(folder);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException or NotSupportedException)
        {
            throw new InputException($"{path}: cannot be written: {FirstLine(fault.Message)}", fault);
        }
        finally
        {
            if (made)
                Remove(temporary);
        }
    }

    internal static string FirstLine(string text) => text.Split('\n')[0].TrimEnd();

    // After a failure the first fault counts, not this one.
    private static void Remove(string temporary)
    {
        try
        {
            Disk.Current.Delete(temporary);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
        }
    }
}
