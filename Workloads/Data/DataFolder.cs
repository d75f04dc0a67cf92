namespace NpuSim.Workloads.Data;

/// <summary>The folder of data sets that are read from files: a folder per set, or the files themselves.</summary>
public static class DataFolder
{
    /// <summary>Environment variable that names the folder where the caller does not.</summary>
    public const string Variable = "NPUSIM_DATA";

    /// <summary>
    /// Path of one file of a set: where the set has a folder of its own, there; else in the set's folder in the data folder or in
    /// the data folder itself. With or without ".gz".
    /// </summary>
    /// <param name="set">The set.</param>
    /// <param name="folder">The data folder; null: <see cref="Variable"/>.</param>
    /// <param name="file">Name of the file without ".gz".</param>
    /// <exception cref="InputException">No folder is named, or there is no such file.</exception>
    public static string Find(ImageSet set, string? folder, string file)
    {
        folder = set.Folder ?? folder ?? Environment.GetEnvironmentVariable(Variable) ?? "";
        if (folder.Length == 0)
            throw new InputException(
                $"the image set {set.Name} is read from files: give its folder with --data DIR or {Variable}.");
        string inside = Path.Combine(folder, set.FolderName, file), beside = Path.Combine(folder, file);
        string[] places = set.Folder is null ? [inside + ".gz", inside, beside + ".gz", beside] : [beside + ".gz", beside];
        return places.FirstOrDefault(File.Exists)
            ?? throw new InputException($"{places[0]}: no such file, which the image set {set.Name} needs" +
                $"{(set.Folder is null ? $"; give the data folder with --data DIR or {Variable}" : "")}.");
    }
}
