using NpuSim.Files;

namespace NpuSim.Simulator.Studies.Sweeps;

/// <summary>Files that a study keeps and may no longer need.</summary>
internal static class StoreFolder
{
    /// <summary>Removes files, and what killed processes left half-written.</summary>
    /// <param name="folder">Where; nothing happens where there is none.</param>
    /// <param name="ending">Of the names of the files concerned.</param>
    /// <param name="isNeedless">True for the names of those that go.</param>
    /// <returns>How many were removed.</returns>
    /// <exception cref="InputException">One cannot be removed.</exception>
    public static int Remove(string folder, string ending, Predicate<string> isNeedless)
    {
        if (!Directory.Exists(folder))
            return 0;
        try
        {
            AtomicFile.RemoveLeftovers(folder);
            string[] needless = [.. Directory.GetFiles(folder, $"*{ending}").Where(f => isNeedless(Path.GetFileName(f)))];
            foreach (string file in needless)
                Disk.Current.Delete(file);
            return needless.Length;
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw new InputException($"{folder}: cannot be cleaned: {fault.Message.ReplaceLineEndings(" ")}", fault);
        }
    }
}
