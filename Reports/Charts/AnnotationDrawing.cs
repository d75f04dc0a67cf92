namespace NpuSim.Reports.Charts;

/// <summary>Draws marks over the series.</summary>
internal static class AnnotationDrawing
{
    private const double Near = 7;

    /// <summary>Attributes of text that stands over lines.</summary>
    public const string Halo = " stroke-linejoin=\"round\" paint-order=\"stroke\"";

    /// <summary>Draws all annotations in order.</summary>
    public static void Draw(PlotLayout layout, SvgWriter svg)
    {
        List<Box> taken =
        [
            .. layout.Model.Series.OfType<ScatterSeries>().SelectMany(s => s.Points)
                .Where(p => double.IsFinite(p.X) && double.IsFinite(p.Y))
                .Select(p => Box.Around(layout.X(p.X), layout.Y(p.Y), double.IsNaN(p.Size) ? 5 : p.Size)),
        ];
        foreach (Annotation annotation in layout.Model.Annotations.OrderBy(a => a is LineAnnotation ? 0 : 1)) // texts break lines
        {
            switch (annotation)
            {
                case LineAnnotation line:
                    Line(layout, svg, line);
                    break;
                case TextAnnotation text:
                    double x = layout.X(text.TextPosition.X) + 6, y = layout.Y(text.TextPosition.Y) + 4;
                    svg.Text("value", x, y, text.Text, PlotLayout.FontSize, Palette.Ink, Anchor.Start, Halo);
                    break;
                case PointAnnotation:
                    break; // below, with its neighbours
                default:
                    throw new ArgumentException($"Annotation of type {annotation.GetType().Name} cannot be drawn.",
                        nameof(layout));
            }
        }

        foreach ((double x, double y, string text) in Together(layout))
            Point(layout, svg, x, y, text, taken);
    }

    /// <summary>Points that lie on one another get one label that names them all.</summary>
    private static List<(double X, double Y, string Text)> Together(PlotLayout layout)
    {
        List<(double X, double Y, string Text)> labels = [];
        foreach (PointAnnotation point in layout.Model.Annotations.OfType<PointAnnotation>())
        {
            double x = layout.X(point.X), y = layout.Y(point.Y);
            int near = labels.FindIndex(l => Math.Abs(l.X - x) < Near && Math.Abs(l.Y - y) < Near);
            if (near < 0)
                labels.Add((x, y, point.Text));
            else
                labels[near] = (labels[near].X, labels[near].Y, $"{labels[near].Text}, {point.Text}");
        }

        return labels;
    }

    private static void Line(PlotLayout layout, SvgWriter svg, LineAnnotation line)
    {
        bool rows = layout.YAxis is CategoryAxis;
        double least = double.IsNaN(line.MinimumY) ? layout.YMinimum : line.MinimumY;
        double most = double.IsNaN(line.MaximumY) ? layout.YMaximum : line.MaximumY;
        double x = layout.X(line.X), top = layout.Y(rows ? least : most), bottom = layout.Y(rows ? most : least);
        svg.Line(x, top, x, bottom, Palette.Ink, 1.5, "5 3");
        if (line.Text.Length == 0)
            return;
        double width = TextMeasure.Width(line.Text, PlotLayout.FontSize);
        bool left = x + 6 + width > layout.Right;
        Anchor anchor = left ? Anchor.End : Anchor.Start;
        svg.Text("mark-label", left ? x - 6 : x + 6, top + 15, line.Text, PlotLayout.FontSize, Palette.Ink, anchor, Halo);
    }

    private static void Point(PlotLayout layout, SvgWriter svg, double x, double y, string text, List<Box> taken)
    {
        double width = TextMeasure.Width(text, PlotLayout.FontSize);
        Box own = Box.Around(x, y, 1);
        double radius = taken.Where(b => b.Overlaps(own)).Select(b => b.Width / 2).DefaultIfEmpty(5).Max() + 4;
        (double X, double Y)[] corners =
        [
            (x + radius, y - 8), (x - radius - width, y - 8), (x - (width / 2), y - radius - 16), (x - (width / 2), y + radius),
            (x + (0.7 * radius), y - radius - 12), (x + (0.7 * radius), y + (0.7 * radius)),
            (x - (0.7 * radius) - width, y - radius - 12), (x - (0.7 * radius) - width, y + (0.7 * radius)),
        ];
        foreach ((double left, double top) in corners)
        {
            Box box = new(left, top, width, 16);
            if (left < layout.Left + 2 || left + width > layout.Right || top < layout.Top || top + 16 > layout.Bottom
                || taken.Any(box.Overlaps))
                continue;
            svg.Text("point-label", left, top + 12, text, PlotLayout.FontSize, Palette.Ink, Anchor.Start, Halo);
            taken.Add(box);
            return;
        }
    }

    private readonly record struct Box(double X, double Y, double Width, double Height)
    {
        public static Box Around(double x, double y, double radius) => new(x - radius, y - radius, 2 * radius, 2 * radius);

        public bool Overlaps(Box other) =>
            X < other.X + other.Width && other.X < X + Width && Y < other.Y + other.Height && other.Y < Y + Height;
    }
}
