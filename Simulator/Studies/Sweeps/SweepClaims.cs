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
        catch (InputException) when (Directory.Exists(folder) && File.Exists(Path.Combine(folder, FolderLock.FileName)))
        {
            return null;
        }
        catch (Exception gone) when (
            gone is DirectoryNotFoundException or InputException { InnerException: DirectoryNotFoundException })
        {
            return null; // its holder ended in this moment and took the folder along
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw new InputException($"{folder}: cannot be made: {fault.Message.ReplaceLineEndings(" ")}", fault);
        }
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
