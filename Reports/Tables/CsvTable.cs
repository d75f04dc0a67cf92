using System.Globalization;
using CsvHelper;
using CsvHelper.Configuration;
using NpuSim.Reports.Text;

namespace NpuSim.Reports.Tables;

/// <summary>
/// Writes tables as CSV with every digit and the unit in the heading. Lines end with \n, fields are quoted where they must be,
/// hidden characters replaced (<see cref="PlainText"/>).
/// </summary>
internal static class CsvTable
{
    private static readonly CsvConfiguration Configuration = new(CultureInfo.InvariantCulture) { NewLine = "\n" };

    /// <summary>Writes a heading row and one record per row.</summary>
    public static void Write<T>(Table<T> table, IEnumerable<T> rows, TextWriter output)
    {
        using CsvWriter csv = new(output, Configuration, leaveOpen: true);
        foreach (Column<T> column in table.Columns)
            csv.WriteField(Inert(column.ExactHeading));
        csv.NextRecord();
        foreach (T row in rows)
        {
            foreach (Column<T> column in table.Columns)
                csv.WriteField(column.Value(row) is string ? Inert(PlainText.Line(column.Exact(row))) : column.Exact(row));
            csv.NextRecord();
        }
    }

    /// <summary>A text no spreadsheet takes for a formula: where it would begin one, an apostrophe is put in front.</summary>
    public static string Inert(string text) =>
        text.AsSpan().TrimStart() is [var first, ..] && "=+-@＝＋－＠|%".Contains(first) || text is ['\t' or '\r' or '\n', ..]
            ? "'" + text
            : text;
}
