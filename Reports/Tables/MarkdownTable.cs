using System.Text;
using NpuSim.Reports.Text;

namespace NpuSim.Reports.Tables;

/// <summary>Writes tables as GitHub-flavoured Markdown.</summary>
internal static class MarkdownTable
{
    /// <summary>Writes heading row, alignment row and one line per row.</summary>
    public static void Write<T>(Table<T> table, IEnumerable<T> rows, TextWriter output)
    {
        Line(output, table.Headings.Select(Escape));
        Line(output, table.Columns.Select(c => c.IsNumeric ? "--:" : ":--"));
        foreach (T row in rows)
            Line(output, table.Cells(row).Select(Escape));
    }

    /// <summary>Text that Markdown shows as it is: no markup, no HTML, no link, no new line.</summary>
    public static string Escape(string text)
    {
        StringBuilder escaped = new(text.Length);
        foreach (char c in PlainText.Line(text))
        {
            escaped.Append(c switch
            {
                '&' => "&amp;",
                '<' => "&lt;",
                '>' => "&gt;",
                '\\' or '`' or '*' or '_' or '[' or ']' or '|' or '~' or '#' or '$' or '!' => "\\" + c,
                '@' => "&#64;",
                _ => c.ToString(),
            });
        }

        return escaped.Replace("://", "&#58;//").ToString();
    }

    private static void Line(TextWriter output, IEnumerable<string> cells) => output.Write($"| {string.Join(" | ", cells)} |\n");
}
