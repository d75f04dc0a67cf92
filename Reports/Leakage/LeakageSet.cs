using System.Collections.Immutable;
using System.Globalization;
using NpuSim.Files;
using NpuSim.Reports.Html;
using NpuSim.Reports.Tables;
using NpuSim.Reports.Text;
using NpuSim.Simulator.Studies.Leakage;
using NpuSim.Yaml;

namespace NpuSim.Reports.Leakage;

/// <summary>The files of a study of leakage: report.html with pictures, leakage.md, audits.csv, attacks.csv and
/// leakage.csv.</summary>
public static class LeakageSet
{
    /// <summary>Name of the file that comes last.</summary>
    public const string FileName = "leakage.csv";

    private const string Title = "What messages give away", Missing = "Attacks or audits are missing.";

    /// <summary>Publishes the files together, leakage.csv last. Same findings, same bytes.</summary>
    /// <param name="asked">The study.</param>
    /// <param name="command">The command line that redoes it.</param>
    /// <param name="results">What it found.</param>
    /// <param name="folder">Where to.</param>
    /// <exception cref="InputException">A file cannot be written.</exception>
    public static void Write(
        Simulator.Studies.Leakage.Leakage asked, string command, LeakageResults results, StudyFolder folder)
    {
        ArgumentNullException.ThrowIfNull(asked);
        ArgumentNullException.ThrowIfNull(results);
        ArgumentNullException.ThrowIfNull(folder);
        using Publication set = folder.Publish();
        ImmutableArray<LeakageMean> means = LeakageMean.Of(results);
        Table<LeakageMean> table = LeakageTables.Means(results);
        string about = About(asked, results);
        ReportSet.Text(set, "leakage.md", ReportSet.Utf8, writer =>
        {
            writer.Write($"# {Title}: {MarkdownTable.Escape(asked.Workload)}\n\n{MarkdownTable.Escape(about)}\n\n");
            writer.Write($"```sh\n{PlainText.Line(command)}\n```\n\n{(results.IsComplete ? "" : $"{Missing}\n\n")}");
            MarkdownTable.Write(table, means, writer);
            if (results.Audits.IsEmpty)
                return;
            writer.Write($"\n## {LeakageTables.Audits.Title}\n\n");
            MarkdownTable.Write(LeakageTables.Audits, LeakageTables.Points(results), writer);
        });
        ReportSet.Text(set, "report.html", ReportSet.Utf8, writer =>
        {
            string script = ReportHtml.Begin($"{Title}: {asked.Workload}", writer);
            writer.Write($"<header>\n<h1>{HtmlText.Escape($"{Title}: {asked.Workload}")}</h1>\n");
            writer.Write($"<p class=\"lead\">{HtmlText.Escape(about)}</p>\n</header>\n<main id=\"main\">\n");
            writer.Write(results.IsComplete ? "" : $"<p><strong>{Missing}</strong></p>\n");
            HtmlTable.Write(table, means, writer);
            PictureHtml.Write(results, writer);
            if (!results.Audits.IsEmpty)
                HtmlTable.Write(LeakageTables.Audits, LeakageTables.Points(results), writer);
            HtmlTable.Write(LeakageTables.Attacks, results.Attacks, writer);
            writer.Write($"<p><code>{HtmlText.Escape(command)}</code></p>\n");
            ReportHtml.File("The study", YamlRecord.Print(asked), writer);
            writer.Write($"</main>\n<script>{script}</script>\n</body>\n</html>\n");
        });
        ReportSet.Text(set, "audits.csv", ReportSet.Utf8WithMark, writer =>
            CsvTable.Write(LeakageTables.Audits, LeakageTables.Points(results), writer));
        ReportSet.Text(set, "attacks.csv", ReportSet.Utf8WithMark, writer =>
            CsvTable.Write(LeakageTables.Attacks, results.Attacks, writer));
        ReportSet.Text(set, FileName, ReportSet.Utf8WithMark, writer => CsvTable.Write(table, means, writer));
        set.Commit([]);
    }

    /// <summary>The study in one line, with what is guessed without any message.</summary>
    public static string About(Simulator.Studies.Leakage.Leakage asked, LeakageResults results)
    {
        ArgumentNullException.ThrowIfNull(asked);
        ArgumentNullException.ThrowIfNull(results);
        LeakageGuess guess = results.Guess;
        return string.Create(CultureInfo.InvariantCulture,
            $"scheme {asked.Scheme}, {asked.Samples} {(asked.Samples == 1 ? "message" : "messages")} of each kind, "
                + $"{asked.Starts} {(asked.Starts == 1 ? "search" : "searches")} of up to {asked.Iterations} steps; without any "
                + $"message the mean of other images has an MSE of {guess.MeanMse:F4} (SSIM {guess.MeanSsim:F2}), the nearest of "
                + $"them {guess.NearestMse:F4} ({guess.NearestSsim:F2})");
    }
}
