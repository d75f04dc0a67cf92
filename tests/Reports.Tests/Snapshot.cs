using System.Text;

namespace NpuSim.Reports.Tests;

/// <summary>
/// Compares text with a checked-in file. A changed file is a change of behaviour: look at the difference, then write the files
/// anew by running the tests with NPUSIM_UPDATE_SNAPSHOTS=1.
/// </summary>
internal static class Snapshot
{
    public static void Matches(string name, string text)
    {
        string path = Path.Combine(Folder(), name);
        if (Environment.GetEnvironmentVariable("NPUSIM_UPDATE_SNAPSHOTS") == "1")
            File.WriteAllText(path, text, new UTF8Encoding(false));
        Assert.That(File.Exists(path), Is.True, $"Snapshots/{name} is missing; write it with NPUSIM_UPDATE_SNAPSHOTS=1.");
        string expected = File.ReadAllText(path, new UTF8Encoding(false));
        if (expected == text)
            return;
        string[] before = expected.Split('\n'), after = text.Split('\n');
        int line = Enumerable.Range(0, Math.Min(before.Length, after.Length)).FirstOrDefault(i => before[i] != after[i],
            Math.Min(before.Length, after.Length));
        Assert.Fail($"Snapshots/{name}:{line + 1} differs.\nwas: {before.ElementAtOrDefault(line)}\nis:  "
            + $"{after.ElementAtOrDefault(line)}");
    }

    /// <summary>The repository's root: the folder above the test assembly that holds NpuSim.sln.</summary>
    public static string Root()
    {
        for (DirectoryInfo? folder = new(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "NpuSim.sln")))
                return folder.FullName;
        }

        throw new InvalidOperationException("No folder above the test assembly holds NpuSim.sln.");
    }

    private static string Folder() => Path.Combine(Root(), "tests", "Reports.Tests", "Snapshots");
}
