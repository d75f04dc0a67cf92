using System.Collections.Concurrent;
using System.Globalization;

namespace NpuSim.Files;

/// <summary>Names of files that are being written, from which the next process tells whether they are leftovers of a dead
/// one.</summary>
internal static class TemporaryFile
{
    private static readonly TimeSpan Forgotten = TimeSpan.FromDays(1); // of another machine, or nameless
    private static readonly ConcurrentDictionary<string, bool> Swept = [];
    private static int count;

    /// <summary>A name beside a file, which no other call and no other process gives; hidden.</summary>
    public static string Beside(string path) => Path.Combine(
        Path.GetDirectoryName(path) ?? "/",
        string.Create(CultureInfo.InvariantCulture,
            $".{Path.GetFileName(path)}.{ProcessMark.Own}.{Interlocked.Increment(ref count)}.tmp"));

    /// <summary>Removes what dead processes left in a folder; once per process.</summary>
    public static void Sweep(string folder)
    {
        if (Swept.TryAdd(folder, true))
            SweepAgain(folder);
    }

    /// <summary>Removes what dead processes left in a folder.</summary>
    public static void SweepAgain(string folder)
    {
        try
        {
            foreach (string file in Directory.EnumerateFiles(folder, ".*.tmp"))
            {
                if (IsLeft(file))
                    Disk.Current.Delete(file);
            }
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            // what cannot be removed harms nobody
        }
    }

    private static bool IsLeft(string file) =>
        !(ProcessMark.Find(Path.GetFileName(file))?.IsAlive ?? DateTime.UtcNow - File.GetLastWriteTimeUtc(file) < Forgotten);
}
