namespace NpuSim.Simulator.Tests;

/// <summary>Reference files from outside the repository.</summary>
internal static class GoldenFolder
{
    /// <summary>
    /// Path of a reference file. Skips the test when the folder is absent, unless NPUSIM_REQUIRE_GOLDEN is 1.
    /// </summary>
    public static string File(string relative)
    {
        string folder = Environment.GetEnvironmentVariable("NPUSIM_GOLDEN") ?? Path.Combine(Root(), "..", "shared", "golden");
        string path = Path.Combine(folder, relative);
        if (System.IO.File.Exists(path))
            return path;
        if (Environment.GetEnvironmentVariable("NPUSIM_REQUIRE_GOLDEN") == "1")
            Assert.Fail($"{path} is required and absent.");
        Assert.Ignore($"Reference file {relative} is absent; set NPUSIM_GOLDEN to its folder.");
        return path;
    }

    /// <summary>The rows of a CSV file without quotes, comments left out, each as column → text.</summary>
    public static IReadOnlyList<IReadOnlyDictionary<string, string>> Rows(string relative)
    {
        string[] lines = [.. System.IO.File.ReadAllLines(File(relative)).Where(l => !l.StartsWith('#'))];
        string[] header = lines[0].Split(',');
        return [.. lines.Skip(1).Where(l => l.Length > 0)
            .Select(l => l.Split(',').Zip(header).ToDictionary(p => p.Second, p => p.First))];
    }

    private static string Root()
    {
        DirectoryInfo? folder = new(AppContext.BaseDirectory);
        while (folder is not null && !System.IO.File.Exists(Path.Combine(folder.FullName, "NpuSim.sln")))
            folder = folder.Parent;
        return folder?.FullName ?? ".";
    }
}
