using NpuSim.Files;
using NpuSim.Reports.Charts;
using NpuSim.Reports.Json;
using NpuSim.Reports.Studies;

namespace NpuSim.Reports;

/// <summary>The files of a loss landscape: landscape.svg and landscape.json.</summary>
public static class LandscapeSet
{
    private const double ChartHeight = 520;

    /// <summary>Checks that a landscape may be written to a folder, before it is worked out.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="overwrite">True to accept a folder that holds a landscape already.</param>
    /// <exception cref="InputException">It holds one and <paramref name="overwrite"/> is false, or it cannot be written.</exception>
    public static void Prepare(DirectoryInfo folder, bool overwrite) => ReportSet.Prepare(folder, overwrite, LandscapeJson.FileName);

    /// <summary>Writes the files, landscape.json last, so that a folder that has one is complete.</summary>
    /// <param name="landscape">The landscape.</param>
    /// <param name="folder">Where to; made if missing.</param>
    /// <exception cref="InputException">A file cannot be written.</exception>
    public static void Write(Landscape landscape, DirectoryInfo folder)
    {
        ArgumentNullException.ThrowIfNull(landscape);
        ArgumentNullException.ThrowIfNull(folder);
        ReportSet.Text(Path.Combine(folder.FullName, "landscape.svg"), ReportSet.Utf8, writer =>
            writer.Write(SvgExporter.ExportToString(LandscapeChart.Build(landscape), height: ChartHeight)));
        AtomicFile.Write(Path.Combine(folder.FullName, LandscapeJson.FileName), stream => LandscapeJson.Write(landscape, stream));
    }
}
