using NpuSim.Files;

namespace NpuSim.Workloads.Formats;

/// <summary>Opens files that a user named; every way in which that can fail becomes one line.</summary>
internal static class InputFile
{
    /// <summary>
    /// Opens <paramref name="path"/>, hands it to <paramref name="read"/> and closes it. What is read has one <see
    /// cref="InputBudget"/>.
    /// </summary>
    /// <exception cref="InputException">There is no such file, it cannot be read, or claims too much memory.</exception>
    public static T Read<T>(string path, Func<Stream, T> read) => InputBudget.Within(() => Told(path, () =>
    {
        using Stream stream = Open(path);
        return read(stream);
    }));

    // Whatever cannot be done with a file in one line that names it.
    private static T Told<T>(string path, Func<T> act)
    {
        try
        {
            return act();
        }
        catch (Exception fault) when (fault is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new InputException($"{path}: no such file.", fault);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException or NotSupportedException)
        {
            throw new InputException($"{path}: cannot be read: {OneLine(fault.Message)}", fault);
        }
    }

    /// <summary>A file, open to be read.</summary>
    /// <exception cref="InputException">There is no such file, or it cannot be read.</exception>
    public static Stream Open(string path) => path.Length == 0 || path.Contains('\0')
        ? throw new InputException($"'{OneLine(path)}' is no path of a file.") : Told(path, () => OrdinaryFile.OpenRead(path));

    /// <summary>Files of a folder in the ordinal order of their names.</summary>
    /// <param name="folder">The folder; those inside it are not looked into.</param>
    /// <param name="pattern">As "*.wav".</param>
    /// <exception cref="InputException">There is no such folder, or it cannot be read.</exception>
    public static string[] List(string folder, string pattern)
    {
        try
        {
            return [.. Directory.GetFiles(folder, pattern).Order(StringComparer.Ordinal)];
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw new InputException($"{folder}: no such folder, or it cannot be read.", fault);
        }
    }

    /// <summary>Folders of a folder in the ordinal order of their names.</summary>
    /// <exception cref="InputException">There is no such folder, or it cannot be read.</exception>
    public static string[] Folders(string folder)
    {
        try
        {
            return [.. Directory.GetDirectories(folder).Order(StringComparer.Ordinal)];
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw new InputException($"{folder}: no such folder, or it cannot be read.", fault);
        }
    }

    /// <summary>Text from a file as part of a message: one line without control characters, cut after 200.</summary>
    public static string OneLine(string text)
    {
        string line = string.Concat(
            text.Take(200).Select(c => char.IsControl(c) || char.IsSurrogate(c) || c is '\u2028' or '\u2029' ? '?' : c));
        return text.Length > 200 ? line + "…" : line;
    }
}
