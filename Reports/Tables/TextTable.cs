using NpuSim.Reports.Text;

namespace NpuSim.Reports.Tables;

/// <summary>Writes tables as plain text of a limited width, for terminals without colour, logs and pipes.</summary>
public static class TextTable
{
    private const int Gap = 2, LeastText = 16;

    /// <summary>
    /// Writes headings, a rule and the rows. Where the table is wider than <paramref name="width"/>, the widest text columns are
    /// cut ("…"); where that does not suffice, columns go to further blocks, each of which begins with the leading text columns.
    /// </summary>
    /// <param name="table">The columns.</param>
    /// <param name="rows">The rows.</param>
    /// <param name="output">Where to.</param>
    /// <param name="width">Most terminal columns of a line.</param>
    /// <exception cref="ArgumentException">Not even one terminal column per table column would be left.</exception>
    public static void Write<T>(Table<T> table, IEnumerable<T> rows, TextWriter output, int width = 100)
    {
        T[] all = [.. rows];
        foreach ((int index, Column<T>[] block) in Blocks(table, all, width).Index())
        {
            if (index > 0)
                output.Write('\n');
            WriteBlock(block, all, output, width);
        }
    }

    private static void WriteBlock<T>(Column<T>[] columns, T[] rows, TextWriter output, int width)
    {
        int[] widths = [.. columns.Select(c => Width(c, rows))];
        Shrink(widths, [.. columns.Select(c => c.IsNumeric)], width);
        Line(c => c.Heading);
        output.Write(string.Join(new string(' ', Gap), widths.Select(w => new string('─', w))) + "\n");
        foreach (T row in rows)
            Line(c => c.Show(row));

        void Line(Func<Column<T>, string> text)
        {
            IEnumerable<string> padded = columns.Select((column, c) => Pad(text(column), widths[c], column.IsNumeric));
            output.Write(string.Join(new string(' ', Gap), padded).TrimEnd() + "\n");
        }
    }

    private static List<Column<T>[]> Blocks<T>(Table<T> table, T[] rows, int width)
    {
        Column<T>[] keys = [.. table.Columns.TakeWhile(c => !c.IsNumeric)];
        List<Column<T>[]> blocks = [keys];
        foreach (Column<T> column in table.Columns.Skip(keys.Length))
        {
            bool fits = Least([.. blocks[^1], column]) <= width || blocks[^1].Length == keys.Length;
            if (fits)
                blocks[^1] = [.. blocks[^1], column];
            else
                blocks.Add([.. keys, column]);
        }

        return blocks;

        int Least(Column<T>[] columns) =>
            columns.Sum(c => c.IsNumeric ? Width(c, rows) : Math.Min(Width(c, rows), LeastText)) + (Gap * (columns.Length - 1));
    }

    private static int Width<T>(Column<T> column, T[] rows) =>
        rows.Select(row => PlainText.Columns(column.Show(row))).Append(PlainText.Columns(column.Heading)).Max();

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
