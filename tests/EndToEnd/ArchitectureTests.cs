using System.Text.RegularExpressions;

namespace NpuSim.EndToEnd;

/// <summary>The page for the next engineer names files that are there.</summary>
public sealed partial class ArchitectureTests
{
    [Test]
    public void Every_file_and_folder_that_the_page_names_exists()
    {
        string page = File.ReadAllText(Repository.At("docs", "architecture.md"));
        string[] paths = [.. Path().Matches(page).Select(m => m.Groups[1].Value)
            .Where(p => !p.EndsWith("/X.cs", StringComparison.Ordinal))];
        Assert.That(paths, Has.Length.GreaterThan(30));
        Assert.That(paths.Where(p => !System.IO.Path.Exists(Repository.At(p))), Is.Empty);
    }

    [GeneratedRegex("`((?:Primitives|Accelerators|Workloads|Simulator|Reports|Cli|tests|docs|hw-profiles)/[^`{*]*)`")]
    private static partial Regex Path();
}
