using System.Collections.Immutable;
using NpuSim.Reports.Text;
using NpuSim.Simulator.Studies;

namespace NpuSim.Reports.Studies.Decisions;

/// <summary>The decision matrices of a study as text: for each scheme profiles × methods, two or three lines a profile, under them why
/// methods do not run, and the answer in a sentence.</summary>
public static class DecisionText
{
    private const int Gap = 2;

    /// <summary>Writes them.</summary>
    /// <param name="study">The study.</param>
    /// <param name="write">Takes pieces of text, line breaks included, with their tone.</param>
    /// <param name="width">Most terminal columns of a line; what is wider goes to further blocks.</param>
    public static void Write(StudyResult study, Action<string, TextTone> write, int width)
    {
        ArgumentNullException.ThrowIfNull(study);
        ArgumentNullException.ThrowIfNull(write);
        ImmutableArray<DecisionMatrix> matrices = DecisionMatrix.Of(study);
        DecisionReasons reasons = new(matrices);
        foreach (DecisionMatrix matrix in matrices)
        {
            write($"{PlainText.Line(matrix.Scheme)}: accuracy, scratch; time, energy of one step\n",
                TextTone.Strong);
            Blocks(matrix, reasons, write, width);
            write("\n", TextTone.Plain);
        }

        Legend(matrices, reasons, write);
        Answers(matrices, write);
    }

    /// <summary>Writes the answers alone, a sentence for each scheme.</summary>
    /// <param name="study">The study.</param>
    /// <param name="write">As of <see cref="Write"/>.</param>
    public static void WriteAnswer(StudyResult study, Action<string, TextTone> write)
    {
        ArgumentNullException.ThrowIfNull(study);
        ArgumentNullException.ThrowIfNull(write);
        Answers(DecisionMatrix.Of(study), write);
    }

    private static void Answers(ImmutableArray<DecisionMatrix> matrices, Action<string, TextTone> write)
    {
        foreach (DecisionMatrix matrix in matrices)
        {
            write($"{PlainText.Line(matrix.Scheme)}: ", TextTone.Plain);
            write(Answer.Of(matrix) + "\n", TextTone.Strong);
        }
    }

    private static void Blocks(DecisionMatrix matrix, DecisionReasons reasons, Action<string, TextTone> write, int width)
    {
        int first = matrix.Rows.SelectMany(r => Names(r)).Max(PlainText.Columns);
        Cell[][] cells = [.. matrix.Rows.Select(r => r.Cells.Select(c => new Cell(c, reasons)).ToArray())];
        int[] widths = [.. matrix.Methods.Select((m, i) =>
            Math.Max(PlainText.Columns(PlainText.Line(m)) + Cell.Indent, cells.Max(row => row[i].Width)))];
        for (int start = 0, end; start < widths.Length; start = end)
        {
            end = start + 1;
            while (end < widths.Length && first + widths[start..(end + 1)].Sum(w => w + Gap) <= width)
                end++;
            if (start > 0)
                write("\n", TextTone.Plain);
            Line("", [.. matrix.Methods[start..end].Select(m => new string(' ', Cell.Indent) + PlainText.Line(m))],
                _ => TextTone.Strong);
            write(new string('─', first), TextTone.Plain);
            foreach (int w in widths[start..end])
                write(new string(' ', Gap) + new string('─', w), TextTone.Plain);
            write("\n", TextTone.Plain);
            for (int row = 0; row < cells.Length; row++)
            {
                Cell[] block = cells[row][start..end];
                foreach ((int line, string name) in Names(matrix.Rows[row]).Index())
                    Line(name, [.. block.Select(c => c.Line(line))], i => block[i].Tone);
            }

            void Line(string name, string[] texts, Func<int, TextTone> tone)
            {
                int left = first - PlainText.Columns(name), last = Array.FindLastIndex(texts, t => t.Length > 0);
                write(name, TextTone.Plain);
                for (int i = 0; i <= last; i++)
                {
                    write(new string(' ', left + Gap), TextTone.Plain);
                    write(texts[i], tone(i));
                    left = widths[start + i] - PlainText.Columns(texts[i]);
                }

                write("\n", TextTone.Plain);
            }
        }
    }

    private static string[] Names(DecisionRow row) =>
    [
        PlainText.Line(row.Profile.Name), $"  {Quantity.Bytes(row.Profile.ScratchpadBytes)} scratchpad",
        .. HasTarget(row) ? new[] { $"  until {Quantity.Fixed(100 * row.Runs.First().Target!.Value, 0)} %" } : [],
    ];

    private static bool HasTarget(DecisionRow row) => row.Runs.Any(c => DecisionFigures.ToTarget.Value(c) is not null);

    private static void Legend(
        ImmutableArray<DecisionMatrix> matrices, DecisionReasons reasons, Action<string, TextTone> write)
    {
        HashSet<Verdict> there = [.. matrices.SelectMany(m => m.Rows).SelectMany(r => r.Runs).Select(c => c.Verdict)];
        write(string.Join("   ", Verdicts.All.Where(v => there.Contains(v.Verdict)).Select(v => $"{v.Sign} {v.Word}")) + "\n",
            TextTone.Plain);
        if (matrices.SelectMany(m => m.Rows).Any(HasTarget))
            write("until N %: time and energy of training halfway to the best accuracy of the scheme\n", TextTone.Plain);
        foreach ((int index, string reason) in reasons.Texts.Index())
            write($"[{index + 1}] {reason}\n", TextTone.Plain);
        write("\n", TextTone.Plain);
    }

    // Sign, accuracy and scratch; time and energy of a step, and until the target. Where it does not run, why.
    private sealed class Cell(DecisionCell? cell, DecisionReasons reasons)
    {
        public const int Indent = 2;
        private const int Left = 6, Right = 8;

        public int Width => Enumerable.Range(0, 3).Max(line => PlainText.Columns(Line(line)));

        public TextTone Tone => cell?.Verdict switch
        {
            Verdict.Best => TextTone.Good,
            Verdict.TradeOff or null => TextTone.Plain,
            Verdict.Dominated or Verdict.LearnsNothing => TextTone.Weak,
            _ => TextTone.Bad,
        };

        public string Line(int line) => cell is null ? "" : line switch
        {
            0 when cell.Why is not null => $"{cell.Verdict.Sign()} {cell.Verdict.Word()} [{reasons.Of(cell)}]",
            0 => $"{cell.Verdict.Sign()} {Percent,Left}  {DecisionFigures.Scratch.Show(cell),Right}",
            _ when cell.Run.Cost is null => "",
            2 => DecisionFigures.ToTarget.Value(cell) is null ? "" : ToTarget(cell),
            _ => $"  {DecisionFigures.StepTime.Show(cell),Left + 1} {DecisionFigures.Energy.Show(cell),Right}",
        };

        private static string ToTarget(DecisionCell cell) => cell.StepsTo(cell.Target!.Value) is not int steps ? "  not reached"
            : $"  {Quantity.Metric(cell.CyclesAfter(steps)!.Value / cell.Profile.ClockHz, "s"),Left + 1} "
                + $"{Quantity.Metric(cell.EnergyAfter(steps)!.Value, "J"),Right}";

        private string Percent => Quantity.Percent(cell!.Run.Accuracy!.Mean) + " %";
    }
}
