using NpuSim.Files;
using NpuSim.Reports.Charts;
using NpuSim.Reports.Json;
using NpuSim.Reports.Studies;

namespace NpuSim.Reports;

/// <summary>The files of a loss landscape: landscape.svg and landscape.json.</summary>
public static class LandscapeSet
{
    private const double ChartHeight = 520;

    /// <summary>Name of the file that comes last.</summary>
    public const string FileName = LandscapeJson.FileName;

    /// <summary>Publishes the files together, landscape.json last.</summary>
    /// <param name="landscape">The landscape.</param>
    /// <param name="folder">Where to.</param>
    /// <exception cref="InputException">A file cannot be written.</exception>
    public static void Write(Landscape landscape, StudyFolder folder)
    {
        ArgumentNullException.ThrowIfNull(landscape);
        ArgumentNullException.ThrowIfNull(folder);
        using Publication set = folder.Publish();
        ReportSet.Text(set, "landscape.svg", ReportSet.Utf8, writer =>
            writer.Write(SvgExporter.ExportToString(LandscapeChart.Build(landscape), height: ChartHeight)));
        set.Write(FileName, stream => LandscapeJson.Write(landscape, stream));
        set.Commit([]);
    }
}
