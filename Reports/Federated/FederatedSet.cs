using System.Collections.Immutable;
using NpuSim.Files;
using NpuSim.Reports.Charts;
using NpuSim.Reports.Html;
using NpuSim.Reports.Studies;
using NpuSim.Reports.Tables;
using NpuSim.Reports.Text;
using NpuSim.Simulator.Studies.Federated;
using NpuSim.Yaml;

namespace NpuSim.Reports.Federated;

/// <summary>The files of a federated study: report.html, federated.md with its charts, rounds.csv and federated.csv.</summary>
public static class FederatedSet
{
    /// <summary>Name of the file that comes last.</summary>
    public const string FileName = "federated.csv";

    private const string Title = "Federated training";

    /// <summary>Publishes the files together, federated.csv last. Same trainings, same bytes.</summary>
    /// <param name="asked">The study.</param>
    /// <param name="command">The command line that redoes it.</param>
    /// <param name="results">Its trainings.</param>
    /// <param name="isComplete">False when some are missing.</param>
    /// <param name="folder">Where to.</param>
    /// <exception cref="InputException">A file cannot be written.</exception>
    public static void Write(
        Federation asked, string command, ImmutableArray<FederatedResult> results, bool isComplete, StudyFolder folder)
    {
        ArgumentNullException.ThrowIfNull(asked);
        ArgumentNullException.ThrowIfNull(folder);
        using Publication set = folder.Publish();
        ImmutableArray<FederatedMean> means = FederatedMean.Of(results);
        ImmutableArray<StudyChart> charts = FederatedCharts.Of(asked.Workload, means);
        Table<FederatedMean> table = FederatedTables.Means(asked.Target, results);
        string missing = isComplete ? "" : "The study was interrupted: trainings are missing.";
        foreach (StudyChart chart in charts)
            ReportSet.Text(set, $"{chart.Name}.svg", ReportSet.Utf8, writer =>
                writer.Write(SvgExporter.ExportToString(chart.Model)));
        ReportSet.Text(set, "federated.md", ReportSet.Utf8, writer =>
        {
            writer.Write($"# {Title}: {MarkdownTable.Escape(asked.Workload)}\n\n{MarkdownTable.Escape(About(asked))}\n\n");
            writer.Write($"```sh\n{PlainText.Line(command)}\n```\n\n{(isComplete ? "" : $"{missing}\n\n")}");
            MarkdownTable.Write(table, means, writer);
            foreach (StudyChart chart in charts)
                writer.Write($"\n![{MarkdownTable.Escape(chart.Model.Title)}]({chart.Name}.svg)\n");
            writer.Write("\n## Every training\n\n");
            MarkdownTable.Write(FederatedTables.Runs, results, writer);
        });
        ReportSet.Text(set, "report.html", ReportSet.Utf8, writer =>
        {
            string script = ReportHtml.Begin($"{Title}: {asked.Workload}", writer);
            writer.Write($"<header>\n<h1>{HtmlText.Escape($"{Title}: {asked.Workload}")}</h1>\n");
            writer.Write($"<p class=\"lead\">{HtmlText.Escape(About(asked))}</p>\n</header>\n<main id=\"main\">\n");
            writer.Write(isComplete ? "" : $"<p><strong>{missing}</strong></p>\n");
            HtmlTable.Write(table, means, writer);
            ReportHtml.Charts(charts, writer);
            HtmlTable.Write(FederatedTables.Runs, results, writer);
            writer.Write($"<p><code>{HtmlText.Escape(command)}</code></p>\n");
            ReportHtml.File("The study", YamlRecord.Print(asked), writer);
            writer.Write($"</main>\n<script>{script}</script>\n</body>\n</html>\n");
        });
        ReportSet.Text(set, "rounds.csv", ReportSet.Utf8WithMark, writer => CsvTable.Write(FederatedTables.Rounds,
            results.SelectMany(r => r.Outcome?.Rounds.Select(round => (r.Case, round)) ?? []), writer));
        ReportSet.Text(set, FileName, ReportSet.Utf8WithMark, writer => CsvTable.Write(FederatedTables.Runs, results, writer));
        set.Commit(Directory.GetFiles(folder.FullName, "federated-*.svg").Select(f => Path.GetFileName(f)!)
            .Where(f => !set.Hashes.ContainsKey(f)).Order(StringComparer.Ordinal));
    }

    /// <summary>The study in one line.</summary>
    public static string About(Federation asked)
    {
        ArgumentNullException.ThrowIfNull(asked);
        return $"{asked.Clients} clients of {asked.Samples} samples, {asked.Asked} asked in each of {asked.Rounds} rounds; "
            + $"devices {string.Join(", ", asked.Profiles)}; {asked.Seeds} {(asked.Seeds == 1 ? "seed" : "seeds")}";
    }
}
