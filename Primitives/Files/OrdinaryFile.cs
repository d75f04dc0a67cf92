namespace NpuSim.Files;

/// <summary>
/// The one place that opens files to read and that looks at what is to be replaced: pipes, sockets and devices, which wait for
/// ever or have no end, are refused by name. Linux alone says what they are; elsewhere only folders are told.
/// </summary>
public static class OrdinaryFile
{
    /// <summary>Opens a file to read it; where it is a link, what that leads to.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="InputException">It is no ordinary file.</exception>
    /// <exception cref="IOException">It is missing, or cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be read.</exception>
    public static FileStream OpenRead(string path) =>
        Other(path) is not { } kind ? new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 1 << 16)
        : throw new InputException($"{path}: cannot be read: it is {kind}; accepted is an ordinary file.");

    /// <summary>The whole content of a file.</summary>
    /// <inheritdoc cref="OpenRead"/>
    public static byte[] ReadAllBytes(string path)
    {
        using FileStream file = OpenRead(path);
        using MemoryStream content = new();
        file.CopyTo(content);
        return content.ToArray();
    }

    /// <summary>Where a file is written that a user named: links are followed, also one whose target is not there yet.</summary>
    /// <param name="path">The file; it need not be there.</param>
    /// <returns>The full path of the file itself.</returns>
    /// <exception cref="InputException">Something is there that is no ordinary file.</exception>
    /// <exception cref="IOException">Links lead in a circle.</exception>
    public static string Target(string path)
    {
        RequireReplaceable(path);
        FileInfo file = new(path);
        return file.LinkTarget is null ? file.FullName : file.ResolveLinkTarget(returnFinalTarget: true)!.FullName;
    }

    /// <summary>Refuses to put a file in the place of something that is none.</summary>
    /// <param name="path">The file; it need not be there.</param>
    /// <exception cref="InputException">Something is there that is no ordinary file.</exception>
    public static void RequireReplaceable(string path)
    {
        if (Other(path) is { } kind)
            throw new InputException($"{path}: cannot be written: it is {kind}; accepted is the name of an ordinary file.");
    }

    // What it is, links followed, where it is no ordinary file; null also where nothing is there.
    private static string? Other(string path) => Posix.Kind(path) ?? (Directory.Exists(path) ? "a folder" : null);
}
