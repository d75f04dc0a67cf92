using System.Globalization;
using System.Text;
using NpuSim.Reports.Html;

namespace NpuSim.Reports.Charts;

/// <summary>Where text stands relative to its point.</summary>
internal enum Anchor
{
    Start,
    Middle,
    End,
}

/// <summary>Writes SVG elements; coordinates in pixels with two decimals.</summary>
internal sealed class SvgWriter
{
    private readonly StringBuilder _svg = new();

    /// <summary>Appends markup as it is.</summary>
    public void Raw(string markup) => _svg.Append(markup);

    /// <summary>A straight line.</summary>
    public void Line(double x1, double y1, double x2, double y2, OxyColor color, double width = 1, string dashes = "") =>
        _svg.Append(
        $"<line x1=\"{N(x1)}\" y1=\"{N(y1)}\" x2=\"{N(x2)}\" y2=\"{N(y2)}\" style=\"stroke:{Palette.Css(color)}\" "
            + $"stroke-width=\"{N(width)}\"")
        .Append(dashes.Length == 0 ? "/>\n" : $" stroke-dasharray=\"{dashes}\"/>\n");

    /// <summary>A filled rectangle with a thin outline, which keeps pale colours visible on white paper.</summary>
    public void Bar(double x, double y, double width, double height, OxyColor color, string tip) => _svg.Append(
        $"<rect class=\"bar\" x=\"{N(x)}\" y=\"{N(y)}\" width=\"{N(width)}\" height=\"{N(height)}\" "
            + $"style=\"fill:{Palette.Css(color)}\">")
        .Append($"<title>{HtmlText.Escape(tip)}</title></rect>\n");

    /// <summary>A path, stroked.</summary>
    public void Stroke(string path, OxyColor color, double width, string dashes) => _svg.Append(
        $"<path d=\"{path}\" fill=\"none\" style=\"stroke:{Palette.Css(color)}\" stroke-width=\"{N(width)}\" "
            + "stroke-linejoin=\"round\"")
        .Append(dashes.Length == 0 ? "/>\n" : $" stroke-dasharray=\"{dashes}\"/>\n");

    /// <summary>A path, filled.</summary>
    public void Fill(string path, OxyColor color, double opacity) => _svg.Append(
        $"<path d=\"{path}\" style=\"fill:{Palette.Css(color)}\" fill-opacity=\"{N(opacity)}\"/>\n");

    /// <summary>A mark of the given shape.</summary>
    public void Mark(MarkerType type, double x, double y, double size, OxyColor color, bool hollow, string? tip)
    {
        if (type == MarkerType.None)
            return;
        string paint = hollow || type == MarkerType.Stroke
            ? $"fill:none;stroke:{Palette.Css(color)};stroke-width:{(type == MarkerType.Stroke ? "2.5" : "1.8")}"
            : $"fill:{Palette.Css(color)};stroke:{Palette.Css(Palette.Paper)};stroke-width:1";
        string path = Outline(type, x, y, size);
        _svg.Append($"<path class=\"mark\" d=\"{path}\" style=\"{paint}\"");
        _svg.Append(tip is null ? "/>\n" : $"><title>{HtmlText.Escape(tip)}</title></path>\n");
    }

    /// <summary>Text; its y is the baseline.</summary>
    public void Text(string role, double x, double y, string text, double size, OxyColor color, Anchor anchor = Anchor.Start,
        string extra = "")
    {
        string at = anchor switch { Anchor.Middle => " text-anchor=\"middle\"", Anchor.End => " text-anchor=\"end\"", _ => "" };
        _svg.Append($"<text class=\"{role}\" x=\"{N(x)}\" y=\"{N(y)}\" font-size=\"{N(size)}\"{at} "
            + $"style=\"fill:{Palette.Css(color)}\"{extra}>");
        _svg.Append(HtmlText.Escape(text)).Append("</text>\n");
    }

    /// <summary>Dash pattern of a line style; empty for solid lines.</summary>
    public static string Dashes(LineStyle style) => style switch
    {
        LineStyle.Dash => "7 4",
        LineStyle.Dot => "2 3",
        LineStyle.DashDot => "8 3 2 3",
        _ => "",
    };

    /// <summary>A coordinate as text: at most two decimals, invariant.</summary>
    public static string N(double value) =>
        Math.Round(value, 2).ToString("0.##", CultureInfo.InvariantCulture) is var text && text == "-0" ? "0" : text;

    /// <inheritdoc/>
    public override string ToString() => _svg.ToString();

    private static string Outline(MarkerType type, double x, double y, double r) => type switch
    {
        MarkerType.Square => $"M{N(x - (0.85 * r))} {N(y - (0.85 * r))}h{N(1.7 * r)}v{N(1.7 * r)}h{N(-1.7 * r)}z",
        MarkerType.Diamond => $"M{N(x)} {N(y - (1.2 * r))}L{N(x + (1.2 * r))} {N(y)}L{N(x)} "
            + $"{N(y + (1.2 * r))}L{N(x - (1.2 * r))} {N(y)}z",
        MarkerType.Triangle => $"M{N(x)} {N(y - (1.15 * r))}L{N(x + (1.1 * r))} {N(y + (0.8 * r))}L{N(x - (1.1 * r))} "
            + $"{N(y + (0.8 * r))}z",
        MarkerType.Stroke => $"M{N(x)} {N(y - r)}v{N(2 * r)}",
        _ => $"M{N(x - r)} {N(y)}a{N(r)} {N(r)} 0 1 0 {N(2 * r)} 0a{N(r)} {N(r)} 0 1 0 {N(-2 * r)} 0z",
    };
}
