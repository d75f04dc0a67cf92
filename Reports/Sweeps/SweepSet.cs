using System.Collections.Immutable;
using NpuSim.Files;
using NpuSim.Reports.Charts;
using NpuSim.Reports.Json;
using NpuSim.Reports.Tables;
using NpuSim.Simulator.Studies.Sweeps;

namespace NpuSim.Reports.Sweeps;

/// <summary>
/// All files of a design study: points.csv, points.parquet, sweep.json and report.html; of one that seeks the least least.csv,
/// and of two keys their staircase as least.svg.
/// </summary>
public static class SweepSet
{
    /// <summary>Publishes the files: a reader sees the earlier set or the whole new one. Same points, same bytes.</summary>
    /// <param name="study">The study.</param>
    /// <param name="command">The command line that redoes it.</param>
    /// <param name="folder">Where to.</param>
    /// <param name="trainings">The trainings of a study that trains; null: it is only priced.</param>
    /// <param name="least">The least values that were asked for; null: none were.</param>
    /// <returns>How many points have their figures.</returns>
    /// <exception cref="InputException">A file cannot be written.</exception>
    public static int Write(SweepStudy study, string command, string folder, SweepTrainings? trainings = null,
        ImmutableArray<LeastAnswer>? least = null)
    {
        ArgumentNullException.ThrowIfNull(study);
        Table<SweepRow> table = SweepTable.Of(study.Space);
        ImmutableArray<string> goals = study.Space.Asked.Goals.IsDefault ? [] : study.Space.Asked.Goals;
        ImmutableArray<SweepRow> points = [.. study.Rows(trainings?.Values())];
        ImmutableArray<bool?> front = goals.IsEmpty ? [] : ParetoFront.Of(points, goals);
        if (!goals.IsEmpty)
            points = [.. points.Select((p, i) => p with { IsOnFront = front[i] })];
        ImmutableArray<object?[]> rows = SweepTable.Cells(table, points);
        Table<object?[]> cells = SweepTable.OverCells(table);
        using Publication set = new(folder);
        ReportSet.Text(set, "points.csv", ReportSet.Utf8WithMark, writer => CsvTable.Write(cells, rows, writer));
        set.Write("points.parquet", stream => ParquetTable.Write(cells, rows, stream));
        if (least is { } answers)
        {
            ImmutableArray<string> keys = study.Space.Asked.Least;
            ReportSet.Text(set, "least.csv", ReportSet.Utf8WithMark, writer =>
                CsvTable.Write(LeastTable.Of(keys), answers, writer));
            if (keys.Length == 2 && StaircaseChart.Of(keys, answers) is { } stairs)
                ReportSet.Text(set, "least.svg", ReportSet.Utf8, writer =>
                    writer.Write(SvgExporter.ExportToString(stairs, isDocument: true)));
        }

        ReportSet.Text(set, "report.html", ReportSet.Utf8, writer =>
            SweepHtml.Write(study.Space, points, front, KnobEffects.Of(study.Space, points), least ?? [], writer));
        set.Write(SweepJson.FileName, stream =>
            SweepJson.Write(study.Space, command, rows.Length == study.Ids.Count
            && (least is not null || trainings?.IsWhole != false), cells, rows, stream));
        set.Commit([]);
        return rows.Length;
    }
}
