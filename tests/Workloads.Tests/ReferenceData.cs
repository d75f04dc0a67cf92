namespace NpuSim.Workloads.Tests;

/// <summary>The folder of public data sets: NPUSIM_DATA, or shared/data beside the repository.</summary>
internal static class ReferenceData
{
    /// <summary>The folder; ends the test as skipped where there is none, or as failed where NPUSIM_REQUIRE_DATA is 1.</summary>
    public static string Folder(string set)
    {
        string folder = Environment.GetEnvironmentVariable("NPUSIM_DATA")
            ?? Path.Combine(RepositoryRoot(), "..", "shared", "data");
        if (!Directory.Exists(Path.Combine(folder, set)))
        {
            string reason = $"no folder {set} in {folder}; NPUSIM_DATA names the data folder";
            if (Environment.GetEnvironmentVariable("NPUSIM_REQUIRE_DATA") == "1")
                Assert.Fail(reason);
            Assert.Ignore(reason);
        }

        return folder;
    }

    /// <summary>The folder above the test assembly that holds NpuSim.sln.</summary>
    internal static string RepositoryRoot()
    {
        DirectoryInfo? folder = new(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "NpuSim.sln")))
            folder = folder.Parent;
        return folder?.FullName ?? throw new InvalidOperationException("the tests run outside the repository");
    }
}
