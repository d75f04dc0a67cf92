using System.Collections.Immutable;

namespace NpuSim.Reports.Tables;

/// <summary>A table as data: what its columns are. Writers know formats, tables know none.</summary>
/// <typeparam name="T">Type of a row.</typeparam>
/// <param name="Title">Heading of the table.</param>
/// <param name="Columns">The columns, in order.</param>
public sealed record Table<T>(string Title, params ImmutableArray<Column<T>> Columns)
{
    /// <summary>Headings for people, units included where cells do not carry them.</summary>
    public ImmutableArray<string> Headings => [.. Columns.Select(c => c.Heading)];

    /// <summary>A row's cells as people read them: plain text of one line each, not yet escaped for any format.</summary>
    public ImmutableArray<string> Cells(T row) => [.. Columns.Select(c => c.Show(row))];

    /// <summary>This table without the columns that are zero or empty in all of these rows.</summary>
    public Table<T> For(IReadOnlyCollection<T> rows) =>
        this with { Columns = [.. Columns.Where(c => rows.Any(r => c.Exact(r) is not ("" or "0")))] };
}
