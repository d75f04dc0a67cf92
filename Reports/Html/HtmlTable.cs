using NpuSim.Reports.Tables;
using NpuSim.Reports.Text;

namespace NpuSim.Reports.Html;

/// <summary>
/// Writes tables as HTML that the report's script can sort: each heading is a button, numbers carry their exact value.
/// </summary>
internal static class HtmlTable
{
    private const int MostUnbroken = 32;

    /// <summary>Writes the table inside a region that scrolls sideways on narrow screens.</summary>
    /// <param name="table">The columns.</param>
    /// <param name="rows">The rows.</param>
    /// <param name="output">Where to.</param>
    /// <param name="glossary">Where columns are defined; null: nowhere on the page.</param>
    public static void Write<T>(Table<T> table, IEnumerable<T> rows, TextWriter output, Glossary? glossary = null)
    {
        string title = HtmlText.Escape(table.Title);
        output.Write($"<div class=\"scroll\" role=\"group\" aria-label=\"{title}\" tabindex=\"0\">\n<table class=\"sortable\">"
            + $"\n<caption>{title}</caption>\n<thead><tr>");
        foreach (Column<T> column in table.Columns)
            output.Write($"<th scope=\"col\"{Class(column)}><button type=\"button\">{HtmlText.Escape(column.Heading)}</button>"
                + $"{glossary?.Link(column.Heading, column.Meaning, "?")}</th>");
        output.Write("</tr></thead>\n<tbody>\n");
        foreach (T row in rows)
        {
            output.Write("<tr>");
            foreach (Column<T> column in table.Columns)
            {
                string text = column.Show(row);
                string style = !column.IsNumeric && PlainText.Columns(text) > MostUnbroken ? " class=\"w\"" : Class(column);
                output.Write($"<td{style}{SortKey(column, row)}>{HtmlText.Escape(text)}</td>");
            }

            output.Write("</tr>\n");
        }

        output.Write("</tbody>\n</table>\n</div>\n");
    }

    private static string Class<T>(Column<T> column) => column.IsNumeric ? " class=\"n\"" : "";

    private static string SortKey<T>(Column<T> column, T row) =>
        column.IsNumeric && column.Exact(row) is var exact && exact != column.Show(row)
            ? $" data-v=\"{HtmlText.Escape(exact)}\"" : "";
}
