using System.Text;
using NpuSim.Files;
using NpuSim.Reports.Charts;
using NpuSim.Reports.Html;
using NpuSim.Reports.Json;
using NpuSim.Reports.Markdown;
using NpuSim.Reports.Studies;
using NpuSim.Reports.Tables;
using NpuSim.Simulator.Studies;

namespace NpuSim.Reports;

/// <summary>All files of one study: results.json, results.csv, report.md, report.html and charts/*.svg.</summary>
public static class ReportSet
{
    private const string Charts = "charts";

    internal static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false);
    internal static readonly UTF8Encoding Utf8WithMark = new(encoderShouldEmitUTF8Identifier: true);

    /// <summary>Publishes the files of a study in a folder of its own.</summary>
    /// <param name="study">The study.</param>
    /// <param name="folder">Where to; made if missing.</param>
    /// <param name="overwrite">True to replace results that the folder holds already.</param>
    /// <exception cref="InputException">As <see cref="StudyFolder.Open"/>, or a file cannot be written.</exception>
    public static void Write(StudyResult study, DirectoryInfo folder, bool overwrite = false)
    {
        using StudyFolder place = StudyFolder.Open(folder, overwrite ? FolderUse.Overwrite : FolderUse.New);
        Write(study, place);
    }

    /// <summary>
    /// Publishes the files of a study: a reader sees the earlier set or the whole new one (<see cref="Publication"/>).
    /// results.json comes last and names the others by their hashes; charts of earlier results go.
    /// </summary>
    /// <param name="study">The study.</param>
    /// <param name="folder">Where to.</param>
    /// <returns>The study as results.json has it.</returns>
    /// <exception cref="InputException">A file cannot be written.</exception>
    public static StudyResult Write(StudyResult study, StudyFolder folder)
    {
        ArgumentNullException.ThrowIfNull(study);
        ArgumentNullException.ThrowIfNull(folder);
        using Publication set = folder.Publish();
        foreach (StudyChart chart in StudyCharts.Of(study))
            Text(set, $"{Charts}/{chart.Name}.svg", Utf8, writer => writer.Write(SvgExporter.ExportToString(chart.Model)));
        Text(set, "results.csv", Utf8WithMark, writer => CsvTable.Write(RunTables.Everything, study.Runs, writer));
        Text(set, "report.md", Utf8, writer => ReportMarkdown.Write(study, writer));
        Text(set, "report.html", Utf8, writer => ReportHtml.Write(study, writer));
        StudyResult named = study with { Host = study.Host with { Files = set.Hashes } };
        set.Write(ResultsJson.FileName, stream => ResultsJson.Write(named, stream));
        set.Commit(EarlierCharts(folder.FullName).Where(c => !set.Hashes.ContainsKey(c)));
        return named;
    }

    private static IEnumerable<string> EarlierCharts(string folder) => Path.Combine(folder, Charts) is { } charts
        && Directory.Exists(charts)
        ? Directory.GetFiles(charts, "*.svg").Select(f => $"{Charts}/{Path.GetFileName(f)}").Order(StringComparer.Ordinal)
        : [];

    internal static void Text(Publication set, string name, Encoding encoding, Action<TextWriter> write) =>
        set.Write(name, stream =>
    {
        using StreamWriter writer = new(stream, encoding, leaveOpen: true) { NewLine = "\n" };
        write(writer);
    });
}
