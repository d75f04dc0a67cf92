using System.Collections.Immutable;
using NpuSim.Files;
using NpuSim.Reports.Charts;
using NpuSim.Reports.Markdown;
using NpuSim.Reports.Studies;
using NpuSim.Reports.Tables;
using NpuSim.Simulator.Studies;

namespace NpuSim.Reports;

/// <summary>The files of a corruption study: corruptions.svg, corruptions.md and corruptions.csv.</summary>
public static class CorruptionSet
{
    private const string FileName = "corruptions.csv";

    /// <summary>Checks that a study may be written to a folder, before hours are spent on it.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="overwrite">True to accept a folder that holds such a study already.</param>
    /// <exception cref="InputException">It holds one and <paramref name="overwrite"/> is false, or it cannot be written.</exception>
    public static void Prepare(DirectoryInfo folder, bool overwrite) => ReportSet.Prepare(folder, overwrite, FileName);

    /// <summary>Writes the files, corruptions.csv last, so that a folder that has one is complete.</summary>
    /// <param name="workload">Name of the workload.</param>
    /// <param name="command">The command line that redoes the study.</param>
    /// <param name="runs">Its runs.</param>
    /// <param name="folder">Where to; made if missing.</param>
    /// <exception cref="InputException">A file cannot be written.</exception>
    public static void Write(string workload, string command, ImmutableArray<CorruptedRun> runs, DirectoryInfo folder)
    {
        ArgumentNullException.ThrowIfNull(folder);
        ImmutableArray<CorruptionMean> means = CorruptionMean.Of(runs);
        int corruptions = runs.Select(r => r.Kind).Distinct().Count();
        ReportSet.Text(Path.Combine(folder.FullName, "corruptions.svg"), ReportSet.Utf8, writer =>
            writer.Write(SvgExporter.ExportToString(CorruptionChart.Build(workload, corruptions, means))));
        ReportSet.Text(Path.Combine(folder.FullName, "corruptions.md"), ReportSet.Utf8, writer =>
        {
            writer.Write($"# Adapted to corrupted images: {MarkdownTable.Escape(workload)}\n\n```sh\n{PlainText.Line(command)}\n```\n\n");
            writer.Write("![Accuracy against severity](corruptions.svg)\n\n");
            MarkdownTable.Write(CorruptionTables.Means, means, writer);
            writer.Write("\n## Every corruption\n\n");
            MarkdownTable.Write(CorruptionTables.Runs(runs), runs, writer);
        });
        ReportSet.Text(Path.Combine(folder.FullName, FileName), ReportSet.Utf8WithMark, writer =>
            CsvTable.Write(CorruptionTables.Runs(runs), runs, writer));
    }
}
