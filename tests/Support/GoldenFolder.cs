namespace NpuSim.Support;

/// <summary>
/// Reference results of other people's programs, from outside the repository: NPUSIM_GOLDEN, or shared/golden beside it.
/// </summary>
public static class GoldenFolder
{
    private static readonly OutsideFolder Folder = new("NPUSIM_GOLDEN", "golden");

    /// <summary>
    /// Path of a file or folder below; ends the test as skipped where it is absent, as failed where NPUSIM_REQUIRE_GOLDEN is 1.
    /// </summary>
    public static string Find(string relative) => Folder.Find(relative);

    /// <summary>Names of the files in a folder below; one empty name where it is absent, to be found absent.</summary>
    public static IEnumerable<string> Files(string folder)
    {
        string path = Path.Combine(Folder.Root, folder);
        return Directory.Exists(path)
            ? Directory.GetFiles(path).Select(f => Path.GetFileName(f)).Order(StringComparer.Ordinal)
            : [""];
    }

    /// <summary>The rows of a CSV file without quotes, comments left out, each as column → text.</summary>
    public static IReadOnlyList<IReadOnlyDictionary<string, string>> Rows(string relative)
    {
        string[] lines = [.. File.ReadAllLines(Find(relative)).Where(l => !l.StartsWith('#'))];
        string[] header = lines[0].Split(',');
        return [.. lines.Skip(1).Where(l => l.Length > 0)
            .Select(l => l.Split(',').Zip(header).ToDictionary(p => p.Second, p => p.First))];
    }
}
