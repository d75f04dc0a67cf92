namespace NpuSim.Simulator.Tests;

/// <summary>Files that showed faults, from outside the repository: NPUSIM_CASES, or shared/cases beside the repository.</summary>
internal static class CaseFolder
{
    /// <summary>Path of a file; ends the test as skipped where it is absent, or as failed where NPUSIM_REQUIRE_CASES is 1.</summary>
    public static string File(string relative)
    {
        string? folder = Environment.GetEnvironmentVariable("NPUSIM_CASES");
        for (DirectoryInfo? root = new(AppContext.BaseDirectory); folder is null && root is not null; root = root.Parent)
            folder = System.IO.File.Exists(Path.Combine(root.FullName, "NpuSim.sln")) ? Path.Combine(root.FullName, "..", "shared", "cases") : null;
        string path = Path.Combine(folder ?? "", relative);
        if (System.IO.File.Exists(path))
            return path;
        if (Environment.GetEnvironmentVariable("NPUSIM_REQUIRE_CASES") == "1")
            Assert.Fail($"{path} is required and absent.");
        Assert.Ignore($"Case {relative} is absent; set NPUSIM_CASES to its folder.");
        return path;
    }
}
