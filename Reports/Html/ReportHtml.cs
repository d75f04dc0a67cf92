using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using NpuSim.Reports.Charts;
using NpuSim.Reports.Studies;
using NpuSim.Reports.Studies.Decisions;
using NpuSim.Reports.Tables;
using NpuSim.Reports.Text;
using NpuSim.Simulator.Studies;

namespace NpuSim.Reports.Html;

/// <summary>
/// The report as one HTML file that needs nothing else: the answer with its matrices, charts, details that open, and an appendix
/// with all it takes to redo the study. Same study, same bytes; the host's timings stand in the appendix only.
/// </summary>
public static class ReportHtml
{
    /// <summary>Most findings of one kind that are listed.</summary>
    public const int MostFindings = 24;

    /// <summary>Studies with more runs than this leave out the tables with a row per tensor and layer.</summary>
    public const int MostDetailedRuns = 100;

    // What runs and what is styled is known by its hash: nothing that a file brings into the report can be either.
    private static string Policy(string style, string script) =>
        $"default-src 'none'; style-src '{Hash(style)}'; style-src-attr 'unsafe-inline'; script-src '{Hash(script)}'; "
        + "img-src data:; base-uri 'none'; form-action 'none'";

    private static string Hash(string content) => "sha256-"
        + Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(content)));

    /// <summary>Writes the report.</summary>
    public static void Write(StudyResult study, TextWriter output)
    {
        ImmutableArray<StudyChart> charts = StudyCharts.Of(study), first = StudyCharts.First(study, charts);
        Glossary glossary = Definitions(study);
        string title = $"Training on the device: {study.Workload.Name}";
        string script = Begin(title, output);
        output.Write("<a class=\"skip\" href=\"#main\">Skip to the answer</a>\n");
        output.Write($"<header>\n<h1>{HtmlText.Escape(title)}</h1>\n<nav aria-label=\"Sections\"><ul>\n");
        foreach (string section in (string[])["Answer", "Charts", "Details", "Appendix"])
            output.Write($"<li><a href=\"#{section.ToLowerInvariant()}\">{section}</a></li>");
        output.Write("\n</ul></nav>\n</header>\n<main id=\"main\">\n<div id=\"answer\">\n");
        if (!study.IsComplete)
            output.Write("<p><strong>The study was interrupted: runs, or seeds of runs, are missing.</strong></p>\n");
        DecisionHtml.Write(study, glossary, output);
        output.Write("</div>\n");
        Section("charts", "Charts", output, () => Charts(first, output));
        Section("details", "Details", output, () => Details(study, [.. charts.Except(first)], glossary, output));
        Section("appendix", "Appendix: how to redo this study", output, () => Appendix(study, output));
        output.Write($"</main>\n<footer><p class=\"lead\">{HtmlText.Escape(study.Tool)}</p></footer>\n");
        output.Write($"<script>{script}</script>\n</body>\n</html>\n");
    }

    /// <summary>Writes a page up to its body.</summary>
    /// <param name="title">Its title, plain text.</param>
    /// <param name="output">Where to.</param>
    /// <returns>The script, which the page's policy allows alone: it ends the body.</returns>
    internal static string Begin(string title, TextWriter output)
    {
        output.Write(
            $"<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n<title>{HtmlText.Escape(title)}</title>\n");
        output.Write("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n");
        string style = $"\n{Palette.StyleSheet(":root")}{SvgExporter.Rules}{Resource("report.css")}",
            script = $"\n{Resource("report.js")}";
        output.Write($"<meta http-equiv=\"Content-Security-Policy\" content=\"{Policy(style, script)}\">\n");
        output.Write($"<style>{style}</style>\n</head>\n<body>\n");
        return script;
    }

    /// <summary>Writes charts as figures.</summary>
    internal static void Charts(ImmutableArray<StudyChart> charts, TextWriter output)
    {
        if (charts.IsEmpty)
            return;
        output.Write("<div class=\"charts\">\n");
        foreach (StudyChart chart in charts)
        {
            string label = HtmlText.Escape("Chart: " + chart.Model.Title);
            output.Write($"<figure id=\"{chart.Name}\"><div class=\"scroll\" role=\"group\" aria-label=\"{label}\" "
                + "tabindex=\"0\">\n");
            output.Write(SvgExporter.ExportToString(chart.Model, isDocument: false));
            output.Write("</div></figure>\n");
        }

        output.Write("</div>\n");
    }

    /// <summary>Writes names with values.</summary>
    internal static void Facts(TextWriter output, params ReadOnlySpan<(string Name, string Value)> facts)
    {
        output.Write("<dl class=\"facts\">\n");
        foreach ((string name, string value) in facts)
            output.Write($"<dt>{HtmlText.Escape(name)}</dt><dd>{HtmlText.Escape(value)}</dd>\n");
        output.Write("</dl>\n");
    }

    /// <summary>Writes a file's text, closed until one opens it.</summary>
    internal static void File(string title, string text, TextWriter output) =>
        output.Write($"<details><summary>{HtmlText.Escape(title)}</summary>\n<pre><code>{HtmlText.EscapeBlock(text)}</code>"
            + "</pre></details>\n");

    private static void Section(string id, string title, TextWriter output, Action content)
    {
        output.Write($"<section id=\"{id}\" aria-labelledby=\"{id}-h\">\n<h2 id=\"{id}-h\">{title}</h2>\n");
        content();
        output.Write("</section>\n");
    }

    private static Glossary Definitions(StudyResult study)
    {
        Glossary glossary = new Glossary().With(DecisionFigures.All).With(DecisionFigures.EqualFooting.Columns);
        foreach ((_, _, string word, string meaning) in Verdicts.All)
            glossary.Add(word, meaning);
        return glossary.With(RunTables.WithSteps(RunTables.Summary, study).Columns).With(RunTables.Memory.Columns)
            .With(RunTables.Cost.Columns).With(RunTables.Numerics.Columns)
            .With(TensorTables.Epsilon.Columns).With(TensorTables.Overflow.Columns);
    }

    // Closed until one opens them: what every figure means, all findings in words, all figures, and each profile.
    private static void Details(StudyResult study, ImmutableArray<StudyChart> charts, Glossary glossary, TextWriter output)
    {
        glossary.Write(output);
        output.Write($"<details id=\"footing\"><summary>{DecisionFigures.EqualFooting.Title}</summary>\n");
        HtmlTable.Write(DecisionFigures.EqualFooting, DecisionMatrix.Of(study).SelectMany(m => m.Rows).SelectMany(r => r.Runs),
            output, glossary);
        output.Write("</details>\n<details id=\"summary\" class=\"findings\"><summary>Findings in words</summary>\n");
        foreach (IGrouping<FindingKind, Finding> kind in Findings.Of(study).GroupBy(f => f.Kind))
        {
            output.Write($"<h3>{Finding.Heading(kind.Key)}</h3>\n<ul>\n");
            foreach (Finding finding in kind.Take(MostFindings))
                output.Write($"<li>{HtmlText.Escape(finding.Text)}</li>\n");
            if (kind.Count() > MostFindings)
                output.Write($"<li>And {kind.Count() - MostFindings} more of this kind; the table below has their figures.</li>"
                    + "\n");
            output.Write("</ul>\n");
        }

        output.Write("</details>\n<details id=\"runs\"><summary>All methods on all profiles</summary>\n");
        DecisionHtml.Filter("runs", "rows", output);
        HtmlTable.Write(RunTables.WithSteps(RunTables.Summary, study), study.Runs, output, glossary);
        Charts([.. charts.Where(c => c.Profile is null)], output);
        output.Write("</details>\n");
        ProfileSections.Write(study, charts, glossary, output);
    }

    private static void Appendix(StudyResult study, TextWriter output)
    {
        WorkloadSummary workload = study.Workload;
        output.Write($"<p><code>{HtmlText.Escape(study.Command)}</code></p>\n");
        Facts(
            output,
            ("Program", study.Tool),
            ("Seeds", string.Join(", ", workload.Seeds)),
            ("Workload", $"{workload.Name}: {workload.Description}"),
            ("Model", $"{workload.Model}, {Quantity.Count(workload.Parameters)} parameters, "
                + $"{Quantity.Metric(workload.MacsPerSample)} MACs per sample"),
            ("Training", $"{study.StepsText()} of {workload.Batch} samples, drawn from "
                + $"{Quantity.Count(workload.TrainSamples)}"),
            ("Test", $"{Quantity.Count(workload.TestSamples)} samples"),
            ("Host", $"{study.Host.Processor}, {study.Host.Threads} threads, {Quantity.Fixed(study.Host.Seconds, 1)} s"));
        File($"Workload {workload.Name}", workload.Yaml, output);
    }

    private static string Resource(string name)
    {
        using StreamReader reader = new(typeof(ReportHtml).Assembly.GetManifestResourceStream(name)!);
        return reader.ReadToEnd();
    }
}
