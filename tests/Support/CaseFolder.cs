namespace NpuSim.Support;

/// <summary>Files that showed faults, from outside the repository: NPUSIM_CASES, or shared/cases beside the repository.</summary>
public static class CaseFolder
{
    /// <summary>Where they are, if they are.</summary>
    public static string Root { get; } = Path.GetFullPath(
        Environment.GetEnvironmentVariable("NPUSIM_CASES") ?? Path.Combine(Repository(), "..", "shared", "cases"));

    /// <summary>
    /// Path of a file or folder below; ends the test as skipped where it is absent, or as failed where NPUSIM_REQUIRE_CASES is 1.
    /// </summary>
    public static string Find(string relative)
    {
        string path = Path.Combine(Root, relative);
        if (Path.Exists(path))
            return path;
        if (Environment.GetEnvironmentVariable("NPUSIM_REQUIRE_CASES") == "1")
            Assert.Fail($"{path} is required and absent.");
        Assert.Ignore($"{path} is absent; NPUSIM_CASES names the folder of cases.");
        return path;
    }

    private static string Repository()
    {
        DirectoryInfo? folder = new(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "NpuSim.sln")))
            folder = folder.Parent;
        return folder?.FullName ?? throw new InvalidOperationException("the tests run outside the repository");
    }
}
