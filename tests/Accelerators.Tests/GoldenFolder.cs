namespace NpuSim.Accelerators.Tests;

/// <summary>Where the reference results of other people's programs lie, if they do.</summary>
internal static class GoldenFolder
{
    /// <summary>Absolute path of a folder of reference results, or null.</summary>
    public static string? Find(string name)
    {
        string? root = Environment.GetEnvironmentVariable("NPUSIM_GOLDEN");
        if (string.IsNullOrEmpty(root))
        {
            DirectoryInfo? folder = new(AppContext.BaseDirectory);
            while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "NpuSim.sln")))
                folder = folder.Parent;
            root = folder?.Parent is { } parent ? Path.Combine(parent.FullName, "shared", "golden") : "";
        }

        string path = Path.Combine(root, name);
        return Directory.Exists(path) ? path : null;
    }

    /// <summary>Names of the files in a folder; one empty name when it is absent, for <see cref="Open"/> to report.</summary>
    public static IEnumerable<string> Files(string name) =>
        Find(name) is { } path ? Directory.GetFiles(path).Select(f => Path.GetFileName(f)).Order(StringComparer.Ordinal) : [""];

    /// <summary>Lines of a file; skips the test when the folder is absent, unless it is required.</summary>
    public static string[] Open(string folder, string file)
    {
        if (Find(folder) is { } path)
            return File.ReadAllLines(Path.Combine(path, file));
        if (Environment.GetEnvironmentVariable("NPUSIM_REQUIRE_GOLDEN") == "1")
            Assert.Fail($"The reference results '{folder}' are required and absent; NPUSIM_GOLDEN names their folder.");
        Assert.Ignore($"The reference results '{folder}' are absent; NPUSIM_GOLDEN names their folder.");
        return [];
    }
}
