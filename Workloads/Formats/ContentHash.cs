using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using NpuSim.Files;

namespace NpuSim.Workloads.Formats;

/// <summary>
/// SHA-256 of what files hold. Kept in a cache by path, size and time of the last change, so that a file that stays as it is is
/// read once.
/// </summary>
internal static class ContentHash
{
    private const string Version = "npusim hash 1";

    // A file may change again within the granularity of its time: what changed just now is not kept.
    private static readonly TimeSpan Settled = TimeSpan.FromSeconds(2);

    /// <summary>The hash in 64 hexadecimal digits.</summary>
    /// <param name="path">The file.</param>
    /// <param name="cacheFolder">Where hashes are kept.</param>
    /// <exception cref="InputException">The file is missing or cannot be read. A cache that cannot be used is no
    /// fault.</exception>
    public static string Of(string path, string cacheFolder)
    {
        FileInfo before = new(path);
        string stamp = before.Exists ? Stamp(before) : "", entry = EntryOf(path, cacheFolder);
        if (stamp.Length > 0 && Kept(entry, stamp) is { } kept)
            return kept;
        string hash = InputFile.Read(path, stream => Convert.ToHexStringLower(SHA256.HashData(stream)));
        FileInfo after = new(path);
        if (after.Exists && Stamp(after) == stamp && DateTime.UtcNow - after.LastWriteTimeUtc > Settled)
            Keep(entry, stamp, hash);
        return hash;
    }

    private static string Stamp(FileInfo file) => string.Create(
        CultureInfo.InvariantCulture, $"{file.Length} {file.LastWriteTimeUtc.Ticks} {Path.GetFullPath(file.FullName)}");

    private static string EntryOf(string path, string cacheFolder) => Path.Combine(
        cacheFolder, "hashes", Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(Path.GetFullPath(path))))[..32]);

    // "VERSION\nSTAMP\nHASH\n"; anything else is no entry.
    private static string? Kept(string entry, string stamp)
    {
        try
        {
            string text = File.Exists(entry) ? Encoding.UTF8.GetString(OrdinaryFile.ReadAllBytes(entry)) : "",
                start = $"{Version}\n{stamp}\n";
            bool whole = text.StartsWith(start, StringComparison.Ordinal) && text.Length == start.Length + 65 && text[^1] == '\n';
            return whole && text[start.Length..^1].All(char.IsAsciiHexDigitLower) ? text[start.Length..^1] : null;
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException or InputException)
        {
            return null;
        }
    }

    private static void Keep(string entry, string stamp, string hash)
    {
        try
        {
            AtomicFile.Write(entry, stream => stream.Write(Encoding.UTF8.GetBytes($"{Version}\n{stamp}\n{hash}\n")));
        }
        catch (InputException)
        {
            // It will be worked out again.
        }
    }
}
