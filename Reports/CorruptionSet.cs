using System.Collections.Immutable;
using NpuSim.Files;
using NpuSim.Reports.Charts;
using NpuSim.Reports.Studies;
using NpuSim.Reports.Tables;
using NpuSim.Reports.Text;
using NpuSim.Simulator.Studies;

namespace NpuSim.Reports;

/// <summary>The files of a corruption study: corruptions.svg, corruptions.md and corruptions.csv.</summary>
public static class CorruptionSet
{
    /// <summary>Name of the file that comes last.</summary>
    public const string FileName = "corruptions.csv";

    /// <summary>Publishes the files together, corruptions.csv last.</summary>
    /// <param name="workload">Name of the workload.</param>
    /// <param name="command">The command line that redoes the study.</param>
    /// <param name="runs">Its runs.</param>
    /// <param name="isComplete">False when the study was interrupted.</param>
    /// <param name="folder">Where to.</param>
    /// <exception cref="InputException">A file cannot be written.</exception>
    public static void Write(string workload, string command, ImmutableArray<CorruptedRun> runs, bool isComplete,
        StudyFolder folder)
    {
        ArgumentNullException.ThrowIfNull(folder);
        using Publication set = folder.Publish();
        ImmutableArray<CorruptionMean> means = CorruptionMean.Of(runs);
        int corruptions = runs.Select(r => r.Kind).Distinct().Count();
        ReportSet.Text(set, "corruptions.svg", ReportSet.Utf8, writer =>
            writer.Write(SvgExporter.ExportToString(CorruptionChart.Build(workload, corruptions, means))));
        ReportSet.Text(set, "corruptions.md", ReportSet.Utf8, writer =>
        {
            writer.Write(
                $"# Adapted to corrupted images: {MarkdownTable.Escape(workload)}\n\n```sh\n{PlainText.Line(command)}\n```\n\n");
            if (!isComplete)
                writer.Write("The study was interrupted: corruptions are missing.\n\n");
            writer.Write("![Accuracy against severity](corruptions.svg)\n\n");
            MarkdownTable.Write(CorruptionTables.Means, means, writer);
            writer.Write("\n## Every corruption\n\n");
            MarkdownTable.Write(CorruptionTables.Runs(runs), runs, writer);
        });
        ReportSet.Text(set, FileName, ReportSet.Utf8WithMark, writer =>
            CsvTable.Write(CorruptionTables.Runs(runs), runs, writer));
        set.Commit([]);
    }
}
