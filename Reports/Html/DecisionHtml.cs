using System.Collections.Immutable;
using NpuSim.Reports.Studies.Decisions;
using NpuSim.Reports.Tables;
using NpuSim.Reports.Text;
using NpuSim.Simulator.Studies;

namespace NpuSim.Reports.Html;

/// <summary>The decision matrices of a study as HTML: for each scheme the answer in a sentence over profiles × methods.</summary>
internal static class DecisionHtml
{
    private const int FewRows = 8;

    /// <summary>Writes them, the legend, and why methods do not run.</summary>
    public static void Write(StudyResult study, Glossary glossary, TextWriter output)
    {
        ImmutableArray<DecisionMatrix> matrices = DecisionMatrix.Of(study);
        DecisionReasons reasons = new(matrices);
        foreach ((int index, DecisionMatrix matrix) in matrices.Index())
        {
            string id = $"answer-{index + 1}", scheme = HtmlText.Escape(matrix.Scheme);
            output.Write($"<section id=\"{id}\" aria-labelledby=\"{id}-h\">\n<h2 id=\"{id}-h\">Training {scheme}</h2>\n");
            output.Write($"<p class=\"answer\">{HtmlText.Escape(Answer.Of(matrix))}</p>\n");
            if (matrix.Rows.Length > FewRows)
                Filter(id, "profiles", output);
            Matrix(matrix, reasons, id, output);
            if (index == 0)
                Legend(glossary, output);
            output.Write("</section>\n");
        }

        if (reasons.Texts.IsEmpty)
            return;
        output.Write("<ol class=\"why\" aria-label=\"Why methods do not run\">\n");
        foreach ((int index, string reason) in reasons.Texts.Index())
            output.Write($"<li id=\"why-{index + 1}\">{HtmlText.Escape(reason)}</li>\n");
        output.Write("</ol>\n");
    }

    /// <summary>A box that hides the rows of a section's tables that lack one of its words.</summary>
    public static void Filter(string section, string what, TextWriter output) => output.Write(
        $"<p class=\"filter\"><input type=\"search\" data-filter=\"{section}\" placeholder=\"Filter {what}\" "
        + $"aria-label=\"Show {what} with all these words\"></p>\n");

    private static void Matrix(DecisionMatrix matrix, DecisionReasons reasons, string id, TextWriter output)
    {
        output.Write($"<div class=\"scroll\" role=\"group\" aria-label=\"Matrix {HtmlText.Escape(matrix.Scheme)}\" tabindex=\"0\">"
            + $"\n<table class=\"matrix\" aria-labelledby=\"{id}-h\">\n<thead><tr><th scope=\"col\">Profile</th>");
        foreach (string method in matrix.Methods)
            output.Write($"<th scope=\"col\">{HtmlText.Escape(method)}</th>");
        output.Write("</tr></thead>\n<tbody>\n");
        foreach (DecisionRow row in matrix.Rows)
        {
            string name = HtmlText.Escape(row.Profile.Name);
            string link = HtmlText.Escape("#profile=" + Uri.EscapeDataString(PlainText.Line(row.Profile.Name)));
            output.Write($"<tr><th scope=\"row\"><a href=\"{link}\">{name}</a><small>"
                + $"{Quantity.Bytes(row.Profile.ScratchpadBytes)} scratchpad</small></th>");
            foreach (DecisionCell? cell in row.Cells)
                Cell(cell, reasons, output);
            output.Write("</tr>\n");
        }

        output.Write("</tbody>\n</table>\n</div>\n");
    }

    private static void Cell(DecisionCell? cell, DecisionReasons reasons, TextWriter output)
    {
        if (cell is null)
        {
            output.Write($"<td>{Quantity.None}</td>");
            return;
        }

        output.Write($"<td class=\"{Class(cell.Verdict)}\"><span class=\"mark\">{cell.Verdict.Word()}"
            + $"{(reasons.Of(cell) is int why ? $" <a href=\"#why-{why}\" aria-label=\"Reason {why}\">[{why}]</a>" : "")}</span>");
        if (cell.Why is null)
        {
            output.Write($"<b>{Show(DecisionFigures.Accuracy, cell)} %</b><span>{Show(DecisionFigures.Scratch, cell)}</span>");
            output.Write($"<span>{Show(DecisionFigures.StepTime, cell)} · {Show(DecisionFigures.Energy, cell)}</span>");
            if (DecisionFigures.ToTarget.Value(cell) is not null)
                output.Write($"<span>{Show(DecisionFigures.ToTarget, cell)}</span>");
        }
        else
        {
            output.Write($"<span>{Show(DecisionFigures.Scratch, cell)}</span>");
        }

        output.Write("</td>");
    }

    private static void Legend(Glossary glossary, TextWriter output)
    {
        string[] figures = [.. DecisionFigures.All.Select(Link)];
        output.Write($"<p class=\"legend\">In a cell: {figures[0]}; {figures[1]}; time and energy of one {figures[2]} "
            + $"({figures[3]}); {Link(DecisionFigures.ToTarget)} half of the best gain. Marks: "
            + string.Join(", ", Verdicts.All.Select(v => glossary.Link(v.Word, v.Meaning, v.Word))) + ".</p>\n");

        string Link(Column<DecisionCell> column) => glossary.Link(column.Heading, column.Meaning, HtmlText.Escape(column.Header));
    }

    private static string Show(Column<DecisionCell> column, DecisionCell cell) => HtmlText.Escape(column.Show(cell));

    private static string Class(Verdict verdict) => verdict switch
    {
        Verdict.Best => "best",
        Verdict.TradeOff => "open",
        Verdict.Dominated or Verdict.LearnsNothing => "weak",
        _ => "bad",
    };
}
