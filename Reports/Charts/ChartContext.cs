using NpuSim.Reports.Text;
using OxyPlot;

namespace NpuSim.Reports.Charts;

/// <summary>
/// Hands what OxyPlot draws on to its SVG and notes what each element is, for <see cref="SvgExporter"/> to say in it. Titles
/// begin at the left edge. Nothing is clipped, since nothing lies outside the axes: the identifiers that clipping needs would
/// have to be unique in a page of many charts.
/// </summary>
/// <param name="svg">OxyPlot's writer.</param>
/// <param name="axisTitles">What the axes are called, which OxyPlot draws as it does their labels.</param>
internal sealed class ChartContext(IRenderContext svg, IReadOnlyCollection<string> axisTitles) : RenderContextBase
{
    private readonly Queue<string> tips = [];
    private string? role;
    private bool isLegend;
    private int clips;

    /// <summary>Each element that was drawn: class of a text, tip of a mark.</summary>
    public List<(string? Class, string? Tip)> Elements { get; } = [];

    /// <inheritdoc/>
    public override int ClipCount => svg.ClipCount + clips;

    /// <summary>From here on it is the legend that is drawn.</summary>
    public void BeginLegend()
    {
        isLegend = true;
        tips.Clear();
        role = Roles.Legend;
    }

    /// <inheritdoc/>
    public override void SetToolTip(string? text)
    {
        if (isLegend)
            return;
        tips.Clear();
        role = text is not null && Roles.Has(text) ? text : null;
        if (text is null || role is not null)
            return;
        foreach (string tip in text.Split('\n'))
            tips.Enqueue(tip);
    }

    /// <inheritdoc/>
    public override void DrawEllipse(
        OxyRect extents, OxyColor fill, OxyColor stroke, double thickness, EdgeRenderingMode edgeRenderingMode)
    {
        NoteMark();
        svg.DrawEllipse(extents, fill, stroke, thickness, edgeRenderingMode);
    }

    /// <inheritdoc/>
    public override void DrawRectangle(
        OxyRect rect, OxyColor fill, OxyColor stroke, double thickness, EdgeRenderingMode edgeRenderingMode)
    {
        NoteMark();
        svg.DrawRectangle(rect, fill, stroke, thickness, edgeRenderingMode);
    }

    /// <inheritdoc/>
    public override void DrawPolygon(
        IList<ScreenPoint> points, OxyColor fill, OxyColor stroke, double thickness, EdgeRenderingMode edgeRenderingMode,
        double[]? dashArray, LineJoin lineJoin)
    {
        NoteMark();
        svg.DrawPolygon(points, fill, stroke, thickness, edgeRenderingMode, dashArray, lineJoin);
    }

    /// <inheritdoc/>
    public override void DrawLine(
        IList<ScreenPoint> points, OxyColor stroke, double thickness, EdgeRenderingMode edgeRenderingMode, double[]? dashArray,
        LineJoin lineJoin)
    {
        Elements.Add((null, null));
        svg.DrawLine(points, stroke, thickness, edgeRenderingMode, dashArray, lineJoin);
    }

    /// <inheritdoc/>
    public override void DrawText(
        ScreenPoint p, string text, OxyColor fill, string? fontFamily = null, double fontSize = 10, double fontWeight = 400,
        double rotation = 0, HorizontalAlignment horizontalAlignment = HorizontalAlignment.Left,
        VerticalAlignment verticalAlignment = VerticalAlignment.Top, OxySize? maxSize = null)
    {
        if (string.IsNullOrEmpty(text))
            return;
        string what = role is Roles.Tick && axisTitles.Contains(text) ? Roles.AxisTitle : role ?? Roles.Subtitle;
        if (what is Roles.Title or Roles.Subtitle)
            (p, horizontalAlignment) = (new ScreenPoint(Chart.Edge, p.Y), HorizontalAlignment.Left);
        string[] lines = [.. text.Split('\n').Select(PlainText.Line)]; // what a name holds, XML may not
        Elements.AddRange(lines.Select(_ => ((string?)what, (string?)null)));
        svg.DrawText(
            p, string.Join('\n', lines), fill, fontFamily, fontSize, fontWeight, rotation, horizontalAlignment, verticalAlignment,
            maxSize);
    }

    /// <inheritdoc/>
    public override OxySize MeasureText(string text, string? fontFamily = null, double fontSize = 10, double fontWeight = 400) =>
        svg.MeasureText(text, fontFamily, fontSize, fontWeight);

    /// <inheritdoc/>
    public override void PushClip(OxyRect clippingRectangle) => clips++;

    /// <inheritdoc/>
    public override void PopClip()
    {
        if (clips > 0)
            clips--;
        else
            svg.PopClip();
    }

    private void NoteMark() => Elements.Add((null, tips.TryDequeue(out string? tip) && tip.Length > 0 ? tip : null));
}
