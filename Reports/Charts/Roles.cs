namespace NpuSim.Reports.Charts;

/// <summary>
/// What a text of a chart is: its CSS class. Elements of a chart carry it as their tool tip, which OxyPlot hands to what draws;
/// tool tips of series are those of their marks, one a line.
/// </summary>
internal static class Roles
{
    public const string Title = "title", Subtitle = "subtitle", Tick = "tick", AxisTitle = "axis-title", Legend = "legend",
        Value = "value",
        Heading = "heading", MarkLabel = "mark-label", PointLabel = "point-label";

    /// <summary>True for a class, false for a tip.</summary>
    public static bool Has(string text) =>
        text is Title or Subtitle or Tick or Legend or Value or Heading or MarkLabel or PointLabel;
}
