using System.Globalization;
using System.Text;

namespace NpuSim.Simulator.Tests.Timing;

/// <summary>The table of references in docs/timing.md is what the cost model gives today.</summary>
public sealed class ReferenceTableTests
{
    [Test]
    public void The_table_of_cycle_references_in_docs_timing_is_up_to_date()
    {
        StringBuilder table = new("| reference | kind | rows | fitted on | median | worst |\n|---|---|--:|--:|--:|--:|\n");
        foreach (Reference r in References.All)
        {
            table.Append(CultureInfo.InvariantCulture,
                $"| {r.Name} | {r.Kind} | {r.Rows.Count} | {r.Rows.Count(row => row.IsFitted)} | {Text(r.Median)} | "
                    + $"{Text(r.Worst)} |\n");
        }

        foreach (ReferenceRow row in References.All.Where(r => r.Rows.Count <= 16).SelectMany(r => r.Rows))
            TestContext.Out.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"{row.Name}: {row.Ours:G6}, published {row.Theirs:G6}, {100 * ((row.Ours / row.Theirs) - 1):F1} %"));
        TestContext.Out.WriteLine(table);
        string page = Repository.At("docs", "timing.md"), text = File.ReadAllText(page);
        if (Environment.GetEnvironmentVariable("NPUSIM_UPDATE_DOCS") == "1")
        {
            int start = text.IndexOf("| reference | kind |", StringComparison.Ordinal);
            text = text[..start] + table + text[text.IndexOf("\n\n", start, StringComparison.Ordinal)..][1..];
            File.WriteAllText(page, text);
        }

        Assert.That(text, Does.Contain(table + "\n"), "Run this test with NPUSIM_UPDATE_DOCS=1 to rewrite the table.");
    }

    internal static string Text(double error) =>
        error == 0 ? "equal" : (100 * error).ToString("F1", CultureInfo.InvariantCulture) + " %";
}
