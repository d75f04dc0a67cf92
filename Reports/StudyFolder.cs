using NpuSim.Files;
using NpuSim.Reports.Json;
using NpuSim.Simulator.Studies;

namespace NpuSim.Reports;

/// <summary>
/// A folder that a study writes to. It is checked and locked before hours of simulation are spent on it, and put in order:
/// what killed
/// processes left half-written goes, what they had begun to publish is ended. Files: results, and beside them the study's store.
/// </summary>
public sealed class StudyFolder : IDisposable
{
    private readonly DirectoryInfo folder;
    private readonly FolderUse use;
    private readonly FolderLock hold;
    private readonly DirectoryInfo[] made;

    private StudyFolder(DirectoryInfo folder, FolderUse use, FolderLock hold, DirectoryInfo[] made) =>
        (this.folder, this.use, this.hold, this.made) = (folder, use, hold, made);

    /// <summary>Its full path.</summary>
    public string FullName => folder.FullName;

    /// <summary>Opens a folder; it is made where it is missing.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="use">What may be done with what it holds.</param>
    /// <param name="results">Name of the file that tells that it holds results; null: there is none.</param>
    /// <exception cref="InputException">
    /// It holds results or finished trainings that <paramref name="use"/> does not allow for, another process writes to it,
    /// or it cannot be
    /// written to.
    /// </exception>
    public static StudyFolder Open(DirectoryInfo folder, FolderUse use, string? results = ResultsJson.FileName)
    {
        ArgumentNullException.ThrowIfNull(folder);
        if (use == FolderUse.New && results is not null && File.Exists(Publication.Current(folder.FullName, results)))
            throw HoldsResults(folder);
        DirectoryInfo[] missing = [.. Upwards(folder).TakeWhile(f => !f.Exists)];
        FolderLock? hold = null;
        try
        {
            if (missing.Length > 0)
                Disk.Current.CreateFolder(folder.FullName);
            hold = FolderLock.Take(folder.FullName);
            PutInOrder(folder.FullName);
            Check(folder, use, results);
            return new StudyFolder(folder, use, hold, missing);
        }
        catch (Exception fault)
        {
            hold?.Dispose();
            RemoveEmpty(missing);
            if (fault is IOException or UnauthorizedAccessException)
                throw new InputException(
                    $"{folder}: cannot be made a folder for results: {fault.Message.ReplaceLineEndings(" ")}", fault);
            throw;
        }
    }

    /// <summary>The trainings that are finished there; none where the study begins anew.</summary>
    /// <param name="note">Is told what a user should know, a line each time.</param>
    /// <exception cref="InputException">They cannot be read, or not be removed.</exception>
    public RunStore OpenStore(Action<string> note)
    {
        if (use == FolderUse.Overwrite)
            RunStore.Clear(FullName);
        return RunStore.Open(FullName, note);
    }

    /// <summary>Whether it holds the results of a study that ended, which one that was interrupted does not replace.</summary>
    public bool HoldsCompleteResults => File.Exists(Publication.Current(FullName, ResultsJson.FileName)) && IsComplete(FullName);

    /// <summary>Begins to publish files in it.</summary>
    /// <exception cref="InputException">It cannot be written to.</exception>
    public Publication Publish() => new(FullName);

    /// <summary>Ends the use of the folder; where nothing was written it goes again.</summary>
    public void Dispose()
    {
        hold.Dispose();
        RemoveEmpty([new DirectoryInfo(Path.Combine(FullName, RunStore.FolderName))]);
        RemoveEmpty(made);
    }

    private static bool IsComplete(string path)
    {
        try
        {
            return ResultsJson.ReadFile(path).IsComplete;
        }
        catch (InputException)
        {
            return false;
        }
    }

    private static void PutInOrder(string path)
    {
        Publication.Finish(path);
        foreach (string inner in (string[])[path, Path.Combine(path, "charts"), Path.Combine(path, RunStore.FolderName)])
        {
            if (Directory.Exists(inner))
                AtomicFile.RemoveLeftovers(inner);
        }
    }

    private static void Check(DirectoryInfo folder, FolderUse use, string? results)
    {
        bool holdsResults = results is not null && File.Exists(Path.Combine(folder.FullName, results)),
            holdsRuns = RunStore.IsIn(folder.FullName);
        if (use == FolderUse.New && holdsResults)
            throw HoldsResults(folder);
        if (use == FolderUse.New && holdsRuns)
            throw new InputException(
                $"{folder}: holds finished trainings of an earlier study; --resume goes on with them, --overwrite begins anew.");
        if (use == FolderUse.Resume && holdsResults && !holdsRuns
            && (results != ResultsJson.FileName || IsComplete(folder.FullName)))
            throw new InputException(
                $"{folder}: holds results but no journal of trainings to go on with; choose another folder, or --overwrite "
                    + $"begins anew.");
    }

    private static InputException HoldsResults(DirectoryInfo folder) => new(
        $"{folder}: holds results already; choose another folder, or ask for them to be overwritten (--overwrite)"
        + $"{(RunStore.IsIn(folder.FullName) ? " or gone on with (--resume)" : "")}.");

    private static IEnumerable<DirectoryInfo> Upwards(DirectoryInfo folder)
    {
        for (DirectoryInfo? f = folder; f is not null; f = f.Parent)
            yield return f;
    }

    // A folder that meanwhile holds something of others stays, and so do those above it.
    private static void RemoveEmpty(IEnumerable<DirectoryInfo> folders)
    {
        try
        {
            foreach (DirectoryInfo folder in folders)
            {
                folder.Refresh();
                if (folder.Exists)
                    Disk.Current.DeleteFolder(folder.FullName);
            }
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
        }
    }
}
