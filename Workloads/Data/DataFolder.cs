namespace NpuSim.Workloads.Data;

/// <summary>The folder of data sets that are read from files: a folder per set, or the files themselves.</summary>
public static class DataFolder
{
    /// <summary>Environment variable that names the folder where the caller does not.</summary>
    public const string Variable = "NPUSIM_DATA";

    /// <summary>Path of one file of a set: in the set's folder or in the data folder itself, with or without ".gz".</summary>
    /// <param name="folder">The data folder; null: <see cref="Variable"/>.</param>
    /// <param name="set">Name of the set, and of its folder.</param>
    /// <param name="file">Name of the file without ".gz".</param>
    /// <exception cref="InputException">No folder is named, or there is no such file.</exception>
    public static string Find(string? folder, string set, string file)
    {
        folder ??= Environment.GetEnvironmentVariable(Variable) ?? "";
        if (folder.Length == 0)
            throw new InputException(
                $"the image set {set} is read from files: give its folder with --data DIR or {Variable}.");
        string inside = Path.Combine(folder, set, file), beside = Path.Combine(folder, file);
        string[] places = [inside + ".gz", inside, beside + ".gz", beside];
        return places.FirstOrDefault(File.Exists)
            ?? throw new InputException($"{places[0]}: no such file, which the image set {set} needs; give the data folder " +
                $"with --data DIR or {Variable}.");
    }
}
