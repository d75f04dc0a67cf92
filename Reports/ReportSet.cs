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
    internal static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false);
    internal static readonly UTF8Encoding Utf8WithMark = new(encoderShouldEmitUTF8Identifier: true);

    /// <summary>
    /// Checks that a study may be written to a folder, before hours of simulation are spent on it: makes the folder where it is
    /// missing, writes a file there, and removes both again.
    /// </summary>
    /// <param name="folder">The folder.</param>
    /// <param name="overwrite">True to accept a folder that holds results already.</param>
    /// <param name="results">Name of the file that tells that it does.</param>
    /// <exception cref="InputException">
    /// It holds results and <paramref name="overwrite"/> is false, or it cannot be written.
    /// </exception>
    public static void Prepare(DirectoryInfo folder, bool overwrite = false, string results = ResultsJson.FileName)
    {
        if (!overwrite && File.Exists(Path.Combine(folder.FullName, results)))
            throw new InputException(
                $"{folder}: holds results already; choose another folder or ask for them to be overwritten.");
        DirectoryInfo[] missing = [.. Upwards(folder).TakeWhile(f => !f.Exists)];
        try
        {
            folder.Create();
            string probe = Path.Combine(folder.FullName, $".{Guid.NewGuid():N}.probe");
            AtomicFile.Write(probe, _ => { });
            File.Delete(probe);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new InputException($"{folder}: cannot be made a folder for results: {error.Message.ReplaceLineEndings(" ")}",
                error);
        }
        finally
        {
            RemoveEmpty(missing);
        }
    }

    private static IEnumerable<DirectoryInfo> Upwards(DirectoryInfo folder)
    {
        for (DirectoryInfo? f = folder; f is not null; f = f.Parent)
            yield return f;
    }

    // A folder that meanwhile holds something of others stays, and so do those above it.
    private static void RemoveEmpty(IEnumerable<DirectoryInfo> folders)
    {
        try
        {
            foreach (DirectoryInfo folder in folders)
                folder.Delete();
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
        }
    }

    /// <summary>
    /// Writes the files, each to a temporary name first; results.json comes last, so that a folder that has one is complete.
    /// Overwriting removes the charts of earlier results.
    /// </summary>
    /// <param name="study">The study.</param>
    /// <param name="folder">Where to; made if missing.</param>
    /// <param name="overwrite">True to replace results that the folder holds already.</param>
    /// <exception cref="InputException">As <see cref="Prepare"/>.</exception>
    public static void Write(StudyResult study, DirectoryInfo folder, bool overwrite = false)
    {
        Prepare(folder, overwrite);
        string charts = Path.Combine(folder.FullName, "charts");
        try
        {
            if (overwrite && Directory.Exists(charts))
            {
                foreach (string old in Directory.GetFiles(charts, "*.svg"))
                    File.Delete(old);
            }
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new InputException($"{charts}: earlier charts cannot be removed: {error.Message.ReplaceLineEndings(" ")}",
                error);
        }

        foreach (StudyChart chart in StudyCharts.Of(study))
            Text(Path.Combine(charts, chart.Name + ".svg"), Utf8, writer =>
                writer.Write(SvgExporter.ExportToString(chart.Model)));
        Text(Path.Combine(folder.FullName, "results.csv"), Utf8WithMark, writer =>
            CsvTable.Write(RunTables.Everything, study.Runs, writer));
        Text(Path.Combine(folder.FullName, "report.md"), Utf8, writer => ReportMarkdown.Write(study, writer));
        Text(Path.Combine(folder.FullName, "report.html"), Utf8, writer => ReportHtml.Write(study, writer));
        AtomicFile.Write(Path.Combine(folder.FullName, "results.json"), stream => ResultsJson.Write(study, stream));
    }

    internal static void Text(string path, Encoding encoding, Action<TextWriter> write) => AtomicFile.Write(path, stream =>
    {
        using StreamWriter writer = new(stream, encoding, leaveOpen: true) { NewLine = "\n" };
        write(writer);
    });
}
