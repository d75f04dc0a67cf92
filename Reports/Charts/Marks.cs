using OxyPlot;
using OxyPlot.Series;

namespace NpuSim.Reports.Charts;

/// <summary>Marks at points, and bars, in the style of the report.</summary>
internal static class Marks
{
    /// <summary>Filled marks with an edge in the colour of the paper, so that marks on one another stay apart.</summary>
    /// <param name="color">Their colour.</param>
    /// <param name="size">Half width in pixels of points that have none of their own.</param>
    /// <param name="type">Their shape.</param>
    /// <param name="title">Name in the legend; null: not listed.</param>
    public static ScatterSeries Filled(
        OxyColor color, double size = 5, MarkerType type = MarkerType.Circle, string? title = null) => new()
        {
            Title = title,
            MarkerType = type,
            MarkerSize = size,
            MarkerFill = color,
            MarkerStroke = Palette.Paper,
            MarkerStrokeThickness = 1,
        };

    /// <summary>Outlines of marks.</summary>
    public static ScatterSeries Hollow(
        OxyColor color, double size, MarkerType type = MarkerType.Circle, string? title = null) => new()
        {
            Title = title,
            MarkerType = type,
            MarkerSize = size,
            MarkerFill = OxyColors.Transparent,
            MarkerStroke = color,
            MarkerStrokeThickness = 1.8,
        };

    /// <summary>Vertical strokes.</summary>
    public static ScatterSeries Strokes(OxyColor color, double size, string title) => new()
    {
        Title = title,
        MarkerType = MarkerType.Custom,
        MarkerSize = size,
        MarkerFill = OxyColors.Transparent,
        MarkerStroke = color,
        MarkerStrokeThickness = 2.5,
        MarkerOutline = [new ScreenPoint(0, -1), new ScreenPoint(0, 1)],
    };

    /// <summary>Horizontal bars with a thin edge, which keeps pale colours visible on white paper.</summary>
    public static BarSeries Bars(string title, OxyColor color, bool isStacked) => new()
    {
        Title = title,
        FillColor = color,
        IsStacked = isStacked,
        StrokeColor = OxyColor.FromAColor(115, Palette.Ink),
        StrokeThickness = 0.6,
    };
}
