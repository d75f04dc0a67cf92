using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using NpuSim.Reports.Text;
using OxyPlot;
using OxyPlot.Axes;

namespace NpuSim.Reports.Charts;

/// <summary>
/// Writes charts as SVG: OxyPlot draws them, and a pass over its output makes colours follow light and dark, says what marks are
/// when one points at them, and adds title and description for screen readers.
/// </summary>
internal static partial class SvgExporter
{
    /// <summary>Width in pixels at which charts are designed.</summary>
    public const double Width = 520;

    private const string Fonts = "system-ui,-apple-system,'Segoe UI',Roboto,Helvetica,Arial,'DejaVu Sans',sans-serif";

    /// <summary>CSS rules that charts need beside their colours; a page that holds SVG elements has them once.</summary>
    public static string Rules => $".{Roles.Value},.{Roles.Heading},.{Roles.MarkLabel},.{Roles.PointLabel}"
        + $"{{stroke:{Palette.Css(Palette.Paper)};stroke-width:5px;stroke-linejoin:round;paint-order:stroke}}\n";

    /// <summary>The chart as an SVG element or document.</summary>
    /// <param name="chart">The chart.</param>
    /// <param name="width">Pixels; the element scales to the width of what holds it.</param>
    /// <param name="height">Pixels; NaN: what the content needs.</param>
    /// <param name="isDocument">
    /// True for a file of its own, which brings its colours along; false for an element inside HTML.
    /// </param>
    public static string ExportToString(Chart chart, double width = Width, double height = double.NaN, bool isDocument = true)
    {
        ArgumentNullException.ThrowIfNull(chart);
        chart.Prepare();
        (string title, string subtitle) = (chart.Title, chart.Subtitle);
        Axis bottom = chart.Axes.Single(a => a.Position == AxisPosition.Bottom);
        double maximum = bottom.Maximum;
        try
        {
            chart.Title = Wrap(title, Chart.TitleSize * 1.12, width, 2);
            chart.Subtitle = Wrap(subtitle, Chart.SmallSize, width, 3);
            double tall = double.IsNaN(height) ? 400 : height;
            _ = Draw(chart, width, tall); // for the size of what is around the plot area
            if (double.IsNaN(height))
                tall = Math.Ceiling(tall + chart.PlotHeight - chart.PlotArea.Height);
            if (chart.MaximumWithRoom() is var room && double.IsFinite(room))
                bottom.Maximum = room;
            string body = Draw(chart, width, tall);
            return Head(title, chart.Description, width, tall, isDocument) + body + "</svg>\n";
        }
        finally
        {
            (chart.Title, chart.Subtitle, bottom.Maximum) = (title, subtitle, maximum);
        }
    }

    private static string Wrap(string? text, double size, double width, int most) =>
        string.Join('\n', TextMeasure.Wrap(PlainText.Line(text ?? ""), size, width - (2 * Chart.Edge), most));

    private static string Head(string title, string description, double width, double height, bool isDocument)
    {
        StringBuilder head = new();
        if (isDocument)
            head.Append("<?xml version=\"1.0\" encoding=\"utf-8\"?>\n");
        string size = isDocument ? $" width=\"{N(width)}\" height=\"{N(height)}\"" : "";
        head.Append("<svg xmlns=\"http://www.w3.org/2000/svg\" class=\"chart\" role=\"img\" ")
            .Append($"viewBox=\"0 0 {N(width)} {N(height)}\"{size} font-family=\"{Fonts}\">\n")
            .Append($"<title>{HtmlText.Escape(title)}</title>\n<desc>{HtmlText.Escape(description)}</desc>\n");
        if (isDocument)
        {
            head.Append($"<style>\n{Palette.StyleSheet("svg")}{Rules}</style>\n")
                .Append($"<rect width=\"100%\" height=\"100%\" style=\"fill:{Palette.Css(Palette.Paper)}\"/>\n");
        }

        return head.ToString();
    }

    private static string Draw(Chart chart, double width, double height)
    {
        ChartContext? context = null;
        string[] axisTitles = [.. chart.Axes.Select(TitleOf)];
        chart.RenderingDecorator = svg => context = new ChartContext(svg, axisTitles);
        OxyPlot.SvgExporter exporter = new()
        {
            Width = width,
            Height = height,
            IsDocument = false,
            TextMeasurer = new TextMeasurer(),
        };
        XElement root = XElement.Parse(exporter.ExportToString(chart));
        if (chart.GetLastPlotException() is { } fault)
            throw new InvalidOperationException($"The chart '{chart.Title}' cannot be drawn: {fault.Message}", fault);
        XElement[] drawn = [.. root.Descendants().Where(e => e.Name.LocalName is not ("g" or "defs" or "clipPath")
            && e.Parent!.Name.LocalName != "clipPath")];
        if (drawn.Length != context!.Elements.Count)
            throw new InvalidOperationException($"{drawn.Length} elements of SVG for {context.Elements.Count} that were drawn.");
        StringBuilder text = new();
        foreach ((XElement element, (string? Class, string? Tip) what) in drawn.Zip(context.Elements))
        {
            if ((string?)element.Attribute("style") is "fill:none;stroke:none;")
                continue; // borders that are not drawn
            text.Append(Restyled(element, what.Class, what.Tip).ToString(SaveOptions.DisableFormatting)).Append('\n');
        }

        return text.ToString();
    }

    private static string TitleOf(Axis axis) => string.IsNullOrEmpty(axis.Unit) ? axis.Title ?? ""
        : string.Format(CultureInfo.InvariantCulture, axis.TitleFormatString, axis.Title, axis.Unit);

    // Colours as variables, which presentation attributes do not take; baselines as offsets, which every viewer knows.
    private static XElement Restyled(XElement from, string? @class, string? tip)
    {
        XElement to = new(from.Name.LocalName);
        if (@class is not null)
            to.SetAttributeValue("class", @class);
        foreach (XAttribute attribute in from.Attributes())
        {
            switch (attribute.Name.LocalName)
            {
                case "font-family" or "shape-rendering" or "fill-opacity":
                case "font-weight" when attribute.Value == "400":
                case "text-anchor" when attribute.Value == "start":
                    break;
                case "dominant-baseline":
                    if (attribute.Value != "baseline")
                        to.SetAttributeValue("dy", attribute.Value == "middle" ? "0.35em" : "0.9em");
                    break;
                case "fill":
                    to.SetAttributeValue("style", $"fill:{Colors(attribute.Value)}");
                    break;
                case "style":
                    to.SetAttributeValue("style", Colors(attribute.Value).TrimEnd(';'));
                    break;
                default:
                    to.SetAttributeValue(attribute.Name.LocalName, Rounded(attribute.Value));
                    break;
            }
        }

        if (from.Name.LocalName == "text")
            to.Add(from.Value);
        if (tip is not null)
            to.Add(new XElement("title", tip));
        return to;
    }

    private static string Colors(string css) =>
        Rounded(Rgb().Replace(css, m => Palette.Css(OxyColor.FromRgb(Channel(m, 1), Channel(m, 2), Channel(m, 3)))));

    private static string Rounded(string numbers) => Long().Replace(numbers, m => N(Number(m.Value)));

    private static byte Channel(Match match, int group) =>
        byte.Parse(match.Groups[group].ValueSpan, CultureInfo.InvariantCulture);

    private static double Number(string text) => double.Parse(text, CultureInfo.InvariantCulture);

    private static string N(double value) =>
        Math.Round(value, 2).ToString("0.##", CultureInfo.InvariantCulture) is var text && text == "-0" ? "0" : text;

    [GeneratedRegex(@"rgb\((\d+),(\d+),(\d+)\)")]
    private static partial Regex Rgb();

    [GeneratedRegex(@"-?\d+\.\d{3,}")]
    private static partial Regex Long();
}
