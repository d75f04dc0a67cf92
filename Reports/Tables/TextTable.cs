namespace NpuSim.Reports.Tables;

/// <summary>Writes tables as plain text of a limited width, for terminals without colour, logs and pipes.</summary>
public static class TextTable
{
    private const int Gap = 2;

    /// <summary>
    /// Writes headings, a rule and the rows. Where the table is wider than <paramref name="width"/>, the widest text columns are
    /// cut ("…") and, where that does not suffice, the headings and cells of numbers too.
    /// </summary>
    /// <param name="table">The columns.</param>
    /// <param name="rows">The rows.</param>
    /// <param name="output">Where to.</param>
    /// <param name="width">Most terminal columns of a line.</param>
    /// <exception cref="ArgumentException">Not even one terminal column per table column would be left.</exception>
    public static void Write<T>(Table<T> table, IEnumerable<T> rows, TextWriter output, int width = 100)
    {
        string[] headings = [.. table.Headings];
        string[][] cells = [.. rows.Select(r => table.Cells(r).ToArray())];
        int[] widths = [.. headings.Select((h, c) =>
            cells.Select(row => PlainText.Columns(row[c])).Append(PlainText.Columns(h)).Max())];
        Shrink(widths, [.. table.Columns.Select(c => c.IsNumeric)], width);

        Line(headings);
        output.Write(string.Join(new string(' ', Gap), widths.Select(w => new string('─', w))) + "\n");
        foreach (string[] row in cells)
            Line(row);

        void Line(string[] texts)
        {
            string[] padded = [.. texts.Select((text, c) => Pad(text, widths[c], table.Columns[c].IsNumeric))];
            output.Write(string.Join(new string(' ', Gap), padded).TrimEnd() + "\n");
        }
    }

    private static void Shrink(int[] widths, bool[] numeric, int width)
    {
        while (widths.Sum() + (Gap * (widths.Length - 1)) > width)
        {
            int widest = Widest(c => !numeric[c] && widths[c] > 8);
            if (widest < 0)
                widest = Widest(c => widths[c] > 1);
            if (widest < 0)
                throw new ArgumentException($"{widths.Length} columns do not fit a width of {width}.", nameof(width));
            widths[widest]--;
        }

        int Widest(Func<int, bool> may) =>
            Enumerable.Range(0, widths.Length).Where(may).OrderByDescending(c => widths[c]).FirstOrDefault(-1);
    }

    private static string Pad(string text, int width, bool right)
    {
        string fitted = PlainText.Fit(text, width);
        string space = new(' ', width - PlainText.Columns(fitted));
        return right ? space + fitted : fitted + space;
    }
}
