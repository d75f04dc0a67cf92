namespace NpuSim.Workloads.Tests;

/// <summary>Reference files from outside the repository: NPUSIM_GOLDEN, or shared/golden beside the repository.</summary>
internal static class GoldenFolder
{
    /// <summary>
    /// Path of a reference file; ends the test as skipped where it is absent, or as failed where NPUSIM_REQUIRE_GOLDEN is 1.
    /// </summary>
    public static string File(string relative)
    {
        string folder = Environment.GetEnvironmentVariable("NPUSIM_GOLDEN")
            ?? Path.Combine(ReferenceData.RepositoryRoot(), "..", "shared", "golden");
        string path = Path.Combine(folder, relative);
        if (System.IO.File.Exists(path))
            return path;
        if (Environment.GetEnvironmentVariable("NPUSIM_REQUIRE_GOLDEN") == "1")
            Assert.Fail($"{path} is required and absent.");
        Assert.Ignore($"Reference file {relative} is absent; set NPUSIM_GOLDEN to its folder.");
        return path;
    }
}
