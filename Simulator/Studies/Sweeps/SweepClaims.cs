using NpuSim.Files;

namespace NpuSim.Simulator.Studies.Sweeps;

/// <summary>
/// Who works on what, where several processes share a folder: a claim is a lock of a folder of its own (<see
/// cref="FolderLock"/>), made by exclusive
/// creation, renewed while its process lives, and taken over where it died.
/// </summary>
/// <param name="results">Folder of the results.</param>
public sealed class SweepClaims(string results)
{
    /// <summary>Name of the folder beside the results.</summary>
    public const string FolderName = "claims";

    /// <summary>Claims a piece of work; null where another process has it.</summary>
    /// <param name="work">Its name: letters and digits.</param>
    /// <exception cref="InputException">The folder cannot be written to.</exception>
    public IDisposable? Take(string work)
    {
        string folder = Path.Combine(results, FolderName, work);
        try
        {
            Disk.Current.CreateFolder(folder);
            return new Claim(folder, FolderLock.Take(folder));
        }
        catch (InputException taken) when (taken.InnerException is null or DirectoryNotFoundException)
        {
            return null; // its holder has it, or ended in this moment
        }
        catch (DirectoryNotFoundException)
        {
            return null; // and took the folder along
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw new InputException($"{folder}: cannot be made: {fault.Message.ReplaceLineEndings(" ")}", fault);
        }
    }

    /// <summary>True where some process works on something now; what those left that died is removed.</summary>
    /// <exception cref="InputException">The folder cannot be written to.</exception>
    public bool AreHeld()
    {
        string folder = Path.Combine(results, FolderName);
        bool held = false;
        foreach (string work in Directory.Exists(folder) ? Directory.GetDirectories(folder) : [])
        {
            using IDisposable? claim = Take(Path.GetFileName(work));
            held |= claim is null && Directory.Exists(work);
        }

        return held;
    }

    private sealed class Claim(string folder, FolderLock hold) : IDisposable
    {
        public void Dispose()
        {
            hold.Dispose();
            try
            {
                Disk.Current.DeleteFolder(folder);
            }
            catch (IOException)
            {
                // another process claims it already, to find that the work is done
            }
        }
    }
}
