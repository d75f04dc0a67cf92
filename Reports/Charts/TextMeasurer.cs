using OxyPlot;

namespace NpuSim.Reports.Charts;

/// <summary>
/// Tells OxyPlot how large text will be, by <see cref="TextMeasure"/>: the same on every machine, whatever its fonts.
/// </summary>
internal sealed class TextMeasurer : RenderContextBase
{
    private const double LineHeight = 1.3, Bold = 1.12;

    /// <inheritdoc/>
    public override OxySize MeasureText(string text, string? fontFamily = null, double fontSize = 10, double fontWeight = 400)
    {
        if (string.IsNullOrEmpty(text))
            return OxySize.Empty;
        string[] lines = text.Split('\n');
        double width = lines.Max(l => TextMeasure.Width(l, fontSize)) * (fontWeight > 500 ? Bold : 1);
        return new OxySize(width, lines.Length * LineHeight * fontSize);
    }

    /// <inheritdoc/>
    public override void DrawText(
        ScreenPoint p, string text, OxyColor fill, string? fontFamily = null, double fontSize = 10, double fontWeight = 400,
        double rotation = 0, HorizontalAlignment horizontalAlignment = HorizontalAlignment.Left,
        VerticalAlignment verticalAlignment = VerticalAlignment.Top, OxySize? maxSize = null) =>
        throw new NotSupportedException();

    /// <inheritdoc/>
    public override void DrawLine(
        IList<ScreenPoint> points, OxyColor stroke, double thickness, EdgeRenderingMode edgeRenderingMode, double[]? dashArray,
        LineJoin lineJoin) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override void DrawPolygon(
        IList<ScreenPoint> points, OxyColor fill, OxyColor stroke, double thickness, EdgeRenderingMode edgeRenderingMode,
        double[]? dashArray, LineJoin lineJoin) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override int ClipCount => 0;

    /// <inheritdoc/>
    public override void PushClip(OxyRect clippingRectangle) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override void PopClip() => throw new NotSupportedException();
}
