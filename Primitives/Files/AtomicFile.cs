namespace NpuSim.Files;

/// <summary>Writes files so that a reader sees the old content or the whole new one, never half of it.</summary>
public static class AtomicFile
{
    /// <summary>
    /// Calls <paramref name="write"/> with a new file beside <paramref name="path"/>, then renames it to <paramref name="path"/>,
    /// which it replaces. Missing folders are made. When <paramref name="write"/> throws, nothing is left behind.
    /// </summary>
    /// <param name="path">The file to write.</param>
    /// <param name="write">Writes the content; the stream is seekable and is closed afterwards.</param>
    /// <exception cref="InputException">The file cannot be written; the message names it and the cause.</exception>
    public static void Write(string path, Action<Stream> write)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        ArgumentNullException.ThrowIfNull(write);
        string full = Path.GetFullPath(path);
        string temporary = Path.Combine(Path.GetDirectoryName(full) ?? "/", $".{Path.GetFileName(full)}.{Guid.NewGuid():N}.tmp");
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(full) ?? "/");
            using (FileStream stream = new(temporary, FileMode.CreateNew, FileAccess.ReadWrite))
            {
                write(stream);
                stream.Flush(flushToDisk: true);
            }

            File.Move(temporary, full, overwrite: true);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException or NotSupportedException)
        {
            throw new InputException($"{path}: cannot be written: {FirstLine(fault.Message)}", fault);
        }
        finally
        {
            Remove(temporary);
        }
    }

    private static string FirstLine(string text) => text.Split('\n')[0].TrimEnd();

    // After a success there is nothing to remove; after a failure the first fault counts, not this one.
    private static void Remove(string temporary)
    {
        try
        {
            File.Delete(temporary);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
        }
    }
}
