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

    private static string Folder() => Repository.At("tests", "Reports.Tests", "Snapshots");
}
