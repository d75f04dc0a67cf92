using System.Collections.Immutable;
using NpuSim.Reports.Studies.Decisions;
using NpuSim.Reports.Tables;
using NpuSim.Reports.Text;
using NpuSim.Simulator.Studies;

namespace NpuSim.Reports.Markdown;

/// <summary>The decision matrices of a study as Markdown: for each scheme the answer in a sentence over profiles × methods.</summary>
internal static class DecisionMarkdown
{
    /// <summary>Writes them, what marks and figures mean, and why methods do not run.</summary>
    public static void Write(StudyResult study, TextWriter output)
    {
        ImmutableArray<DecisionMatrix> matrices = DecisionMatrix.Of(study);
        DecisionReasons reasons = new(matrices);
        foreach (DecisionMatrix matrix in matrices)
        {
            output.Write($"## Training {MarkdownTable.Escape(matrix.Scheme)}\n\n{MarkdownTable.Escape(Answer.Of(matrix))}\n\n");
            MarkdownTable.Write(Matrix(matrix, reasons), matrix.Rows, output);
            output.Write('\n');
        }

        output.Write("In a cell:\n\n");
        foreach (Column<DecisionCell> column in DecisionFigures.All.Add(DecisionFigures.ToTarget))
            output.Write($"- **{MarkdownTable.Escape(column.Header)}**: {MarkdownTable.Escape(column.Meaning!)}\n");
        foreach ((_, _, string word, string meaning) in Verdicts.All)
            output.Write($"- *{word}*: {MarkdownTable.Escape(meaning)}\n");
        if (!reasons.Texts.IsEmpty)
            output.Write("\nWhy methods do not run:\n\n");
        foreach ((int index, string reason) in reasons.Texts.Index())
            output.Write($"{index + 1}. {MarkdownTable.Escape(reason)}\n");
    }

    private static Table<DecisionRow> Matrix(DecisionMatrix matrix, DecisionReasons reasons) => new(matrix.Scheme,
    [
        new("Profile", r => $"{r.Profile.Name} ({Quantity.Bytes(r.Profile.ScratchpadBytes)})"),
        .. matrix.Methods.Select((method, i) =>
            new Column<DecisionRow>(method, r => r.Cells[i] is { } cell ? Text(cell, reasons) : null)),
    ]);

    private static string Text(DecisionCell cell, DecisionReasons reasons) => reasons.Of(cell) is int why
        ? $"{cell.Verdict.Word()} ({why})"
        : $"{cell.Verdict.Word()}: {DecisionFigures.Accuracy.Show(cell)} %, "
            + string.Join(", ", DecisionFigures.All.Skip(1).Select(c => c.Show(cell)))
            + (DecisionFigures.ToTarget.Value(cell) is null ? "" : $"; {DecisionFigures.ToTarget.Show(cell)}");
}
