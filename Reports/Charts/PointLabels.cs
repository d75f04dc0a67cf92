using OxyPlot;
using OxyPlot.Annotations;
using OxyPlot.Series;

namespace NpuSim.Reports.Charts;

/// <summary>
/// Texts beside marked points, each on a side where there is room, and left out where there is none. Points that lie on one
/// another share a text that names them all.
/// </summary>
internal sealed class PointLabels : Annotation
{
    private const double Near = 7, Height = 16;

    public PointLabels() => ToolTip = Roles.PointLabel;

    /// <summary>The texts.</summary>
    public List<PointLabel> Items { get; } = [];

    /// <inheritdoc/>
    public override void Render(IRenderContext rc)
    {
        List<OxyRect> taken =
        [
            .. PlotModel.Series.OfType<ScatterSeries>().SelectMany(s => s.Points.Select(p => Around(
                Transform(new DataPoint(p.X, p.Y)), double.IsNaN(p.Size) ? s.MarkerSize : p.Size))),
        ];
        foreach ((ScreenPoint at, string text) in Together())
            Draw(rc, at, text, taken);
    }

    private List<(ScreenPoint At, string Text)> Together()
    {
        List<(ScreenPoint At, string Text)> labels = [];
        foreach (PointLabel label in Items)
        {
            ScreenPoint at = Transform(new DataPoint(label.X, label.Y));
            int near = labels.FindIndex(l => Math.Abs(l.At.X - at.X) < Near && Math.Abs(l.At.Y - at.Y) < Near);
            if (near < 0)
                labels.Add((at, label.Text));
            else
                labels[near] = (labels[near].At, $"{labels[near].Text}, {label.Text}");
        }

        return labels;
    }

    private void Draw(IRenderContext rc, ScreenPoint at, string text, List<OxyRect> taken)
    {
        double width = TextMeasure.Width(text, Chart.TextSize), x = at.X, y = at.Y;
        OxyRect own = Around(at, 1), area = PlotModel.PlotArea;
        double radius = taken.Where(b => Overlap(b, own)).Select(b => b.Width / 2).DefaultIfEmpty(5).Max() + 4;
        (double X, double Y)[] corners =
        [
            (x + radius, y - 8), (x - radius - width, y - 8),
            (x - (width / 2), y - radius - Height), (x - (width / 2), y + radius),
            (x + (0.7 * radius), y - radius - 12), (x + (0.7 * radius), y + (0.7 * radius)),
            (x - (0.7 * radius) - width, y - radius - 12), (x - (0.7 * radius) - width, y + (0.7 * radius)),
        ];
        foreach ((double left, double top) in corners)
        {
            OxyRect box = new(left, top, width, Height);
            if (left < area.Left + 2 || box.Right > area.Right || top < area.Top || box.Bottom > area.Bottom
                || taken.Any(b => Overlap(b, box)))
                continue;
            rc.DrawText(
                new ScreenPoint(left, top + (Height / 2)), text, Palette.Ink, null, Chart.TextSize, FontWeights.Normal, 0,
                HorizontalAlignment.Left, VerticalAlignment.Middle);
            taken.Add(box);
            return;
        }
    }

    private static OxyRect Around(ScreenPoint at, double radius) =>
        new(at.X - radius, at.Y - radius, 2 * radius, 2 * radius);

    private static bool Overlap(OxyRect a, OxyRect b) =>
        a.Left < b.Right && b.Left < a.Right && a.Top < b.Bottom && b.Top < a.Bottom;
}
