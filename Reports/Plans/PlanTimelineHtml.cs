using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using NpuSim.Reports.Charts;
using NpuSim.Reports.Text;
using NpuSim.Simulator.Timing;

namespace NpuSim.Reports.Plans;

/// <summary>
/// Plans as a page with a timeline of one step of each, which the wheel zooms and dragging moves: the tracks of
/// <see cref="PlanTrace"/>, drawn. The page needs nothing else and runs nothing but its own script.
/// </summary>
public static class PlanTimelineHtml
{
    private const double Width = 100000; // units of the whole step: cycles would leave what browsers tell apart
    private const int Row = 26;

    /// <summary>Writes the runs that have a cost.</summary>
    public static void Write(IEnumerable<PlannedRun> runs, TextWriter output)
    {
        string style = Resource("timeline.css"), script = Resource("timeline.js");
        output.Write($"""
            <!doctype html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta http-equiv="Content-Security-Policy" content="{Policy(style, script)}">
            <title>Timeline of one step</title>
            <style>{style}</style>
            </head>
            <body>
            <h1>Timeline of one step</h1>
            <p>Wheel or + and − zoom, dragging or arrow keys move, a double click or 0 shows all; under the pointer an operation
            tells what it is.</p>
            <p><span class="key compute"></span>computing <span class="key stall"></span>waiting for memory
            <span class="key restage"></span>laying weights out anew <span class="key transfer"></span>bytes passing</p>

            """);
        foreach (PlannedRun run in runs.Where(r => r.Reading.Cost is not null))
            Write(run, output);
        output.Write($"<script>{script}</script>\n</body>\n</html>\n");
    }

    private static void Write(PlannedRun run, TextWriter output)
    {
        PlanCost cost = run.Reading.Cost!;
        double scale = cost.Cycles > 0 ? Width / cost.Cycles : 0, at = 0;
        List<PlanSpan> spans = [];
        foreach (OpCost op in cost.Ops)
        {
            spans.AddRange(PlanSpan.Of(run, op, at));
            at += op.Cycles;
        }

        int[] used = [.. spans.Select(s => s.Track).Distinct().Order()];
        string label = HtmlText.Escape($"{run.Reading.Profile.Name}: {run.Label}");
        string whole = $"{Quantity.Metric(cost.Cycles)} cycles, {Quantity.Metric(cost.Seconds, "s")}";
        output.Write($"<section>\n<h2>{label}</h2>\n<p>{HtmlText.Escape(whole)}; shown: <output></output></p>\n");
        output.Write("<div class=\"chart\">\n<ul>");
        foreach (int track in used)
            output.Write($"<li>{HtmlText.Escape(PlanSpan.Tracks[track])}</li>");
        output.Write(string.Create(CultureInfo.InvariantCulture,
            $"</ul>\n<svg tabindex=\"0\" role=\"img\" aria-label=\"{label}\" preserveAspectRatio=\"none\" "
            + $"height=\"{used.Length * Row}\" viewBox=\"0 0 {Width} {used.Length * Row}\" "
            + $"data-seconds=\"{cost.Seconds:R}\">\n"));
        foreach (PlanSpan span in spans)
        {
            int row = Array.IndexOf(used, span.Track);
            string bytes = span.Port is { } port ? $", {Quantity.Bytes((long)Math.Ceiling(port.Bytes))}" : "";
            string title = $"{span.Name}: {span.Category}, {Quantity.Metric(span.To - span.From)} cycles{bytes}";
            output.Write(string.Create(CultureInfo.InvariantCulture,
                $"<rect class=\"{span.Category}\" x=\"{span.From * scale:0.####}\" y=\"{(row * Row) + 2}\" "
                + $"width=\"{(span.To - span.From) * scale:0.####}\" height=\"{Row - 4}\">"
                + $"<title>{HtmlText.Escape(title)}</title></rect>\n"));
        }

        output.Write("</svg>\n</div>\n</section>\n");
    }

    private static string Policy(string style, string script) =>
        $"default-src 'none'; style-src '{Hash(style)}'; script-src '{Hash(script)}'";

    private static string Hash(string content) => "sha256-"
        + Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(content)));

    private static string Resource(string name)
    {
        using StreamReader reader = new(typeof(PlanTimelineHtml).Assembly.GetManifestResourceStream(name)!);
        return reader.ReadToEnd();
    }
}
