using NpuSim.Reports.Html;
using static NpuSim.Reports.Charts.SvgWriter;

namespace NpuSim.Reports.Charts;

/// <summary>
/// Writes charts as SVG: text stays text, colours follow light and dark, and a screen reader hears title and description.
/// </summary>
public static class SvgExporter
{
    /// <summary>Width in pixels at which charts are designed.</summary>
    public const double Width = 520;

    private const string Fonts = "system-ui,-apple-system,'Segoe UI',Roboto,Helvetica,Arial,'DejaVu Sans',sans-serif";

    /// <summary>The chart as an SVG element or document.</summary>
    /// <param name="model">The chart: one axis at the bottom, one at the left.</param>
    /// <param name="width">Pixels; the element scales to the width of what holds it.</param>
    /// <param name="height">Pixels; NaN: what the content needs.</param>
    /// <param name="isDocument">
    /// True for a file of its own, which brings its colours along; false for an element inside HTML.
    /// </param>
    public static string ExportToString(PlotModel model, double width = Width, double height = double.NaN, bool isDocument = true)
    {
        PlotLayout layout = new(model, width, height);
        SvgWriter svg = new();
        if (isDocument)
            svg.Raw("<?xml version=\"1.0\" encoding=\"utf-8\"?>\n");
        string size = isDocument ? $" width=\"{N(width)}\" height=\"{N(layout.Height)}\"" : "";
        svg.Raw($"<svg xmlns=\"http://www.w3.org/2000/svg\" class=\"chart\" role=\"img\" viewBox=\"0 0 {N(width)} "
            + $"{N(layout.Height)}\"{size} ");
        svg.Raw($"font-family=\"{Fonts}\">\n<title>{HtmlText.Escape(model.Title)}</title>\n<desc>"
            + $"{HtmlText.Escape(model.Description)}</desc>\n");
        if (isDocument)
        {
            svg.Raw($"<style>\n{Palette.StyleSheet("svg")}{Rules}</style>\n");
            svg.Raw($"<rect width=\"100%\" height=\"100%\" style=\"fill:{Palette.Css(Palette.Paper)}\"/>\n");
        }

        Head(layout, svg);
        Axes(layout, svg);
        SeriesDrawing.Draw(layout, svg);
        svg.Line(layout.Left, layout.Top, layout.Left, layout.Bottom, Palette.Muted);
        foreach (double tick in layout.YTicks.Where(layout.IsHeading))
        {
            double y = layout.Y(tick) + 4;
            svg.Text("heading", PlotLayout.Edge + 26, y, layout.Heading(tick), PlotLayout.FontSize, Palette.Ink, extra: Bold);
        }

        AnnotationDrawing.Draw(layout, svg);
        svg.Raw("</svg>\n");
        return svg.ToString();
    }

    private const string Bold = " font-weight=\"600\" stroke-linejoin=\"round\" paint-order=\"stroke\"";

    /// <summary>CSS rules that charts need beside their colours; a page that holds SVG elements has them once.</summary>
    public static string Rules => $".bar{{stroke:{Palette.Css(Palette.Ink)};stroke-opacity:.45;stroke-width:.6}}\n"
        + $".value,.heading,.mark-label,.point-label{{stroke:{Palette.Css(Palette.Paper)};stroke-width:5px}}\n";

    private static void Head(PlotLayout layout, SvgWriter svg)
    {
        double y = PlotLayout.Edge;
        foreach (string line in layout.Title)
            svg.Text("title", PlotLayout.Edge, (y += 19) - 5, line, PlotLayout.TitleSize, Palette.Ink, Anchor.Start,
                " font-weight=\"600\"");
        foreach (string line in layout.Subtitle)
            svg.Text("subtitle", PlotLayout.Edge, (y += 16) - 3, line, PlotLayout.SmallSize, Palette.Muted);
        for (int row = 0; row < layout.Legend.Count; row++)
        {
            double middle = layout.LegendTop + (row * PlotLayout.LegendRow) + 9;
            foreach ((Series series, double x) in layout.Legend[row])
            {
                SeriesDrawing.Swatch(svg, series, x, middle);
                string text = TextMeasure.Fit(PlainText.Line(series.Title), PlotLayout.FontSize, layout.Width - 60);
                svg.Text("legend", x + 24, middle + 4, text, PlotLayout.FontSize, Palette.Ink);
            }
        }
    }

    private static void Axes(PlotLayout layout, SvgWriter svg)
    {
        double middle = (layout.Top + layout.Bottom) / 2, rightmost = double.NegativeInfinity;
        foreach (double tick in layout.XTicks)
        {
            double x = layout.X(tick);
            svg.Line(x, layout.Top, x, layout.Bottom, Palette.Grid);
            string label = layout.XAxis.Label(tick);
            double half = TextMeasure.Width(label, PlotLayout.FontSize) / 2;
            double at = Math.Min(x, layout.Width - 3 - half); // the last one stays inside the chart
            if (at - half < rightmost + 4)
                continue;
            rightmost = at + half;
            svg.Text("tick", at, layout.Bottom + 18, label, PlotLayout.FontSize, Palette.Muted, Anchor.Middle);
        }

        CategoryAxis? rows = layout.YAxis as CategoryAxis;
        foreach (double tick in layout.YTicks)
        {
            double y = layout.Y(tick);
            if (rows is null)
                svg.Line(layout.Left, y, layout.Right, y, Palette.Grid);
            OxyColor color = rows is null ? Palette.Muted : Palette.Ink;
            if (!layout.IsHeading(tick))
                svg.Text("tick", layout.Left - 7, y + 4, layout.YLabel(tick), PlotLayout.FontSize, color, Anchor.End);
        }

        svg.Line(layout.Left, layout.Bottom, layout.Right, layout.Bottom, Palette.Muted);
        svg.Text(
            "axis-title", (layout.Left + layout.Right) / 2, layout.Bottom + 40, layout.XAxis.FullTitle, PlotLayout.FontSize,
            Palette.Ink, Anchor.Middle);
        string turned = $" transform=\"rotate(-90 {N(PlotLayout.Edge + 6)} {N(middle)})\"";
        svg.Text("axis-title", PlotLayout.Edge + 6, middle + 4, layout.YAxis.FullTitle, PlotLayout.FontSize, Palette.Ink,
            Anchor.Middle, turned);
    }
}
