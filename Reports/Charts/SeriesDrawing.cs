using System.Text;
using static NpuSim.Reports.Charts.SvgWriter;

namespace NpuSim.Reports.Charts;

/// <summary>Draws each kind of series into a layout.</summary>
internal static class SeriesDrawing
{
    /// <summary>Draws all series in order.</summary>
    public static void Draw(PlotLayout layout, SvgWriter svg)
    {
        Dictionary<int, double> stacked = [];
        BarSeries[] beside = [.. layout.Model.Series.OfType<BarSeries>().Where(s => !s.IsStacked)];
        foreach (Series series in layout.Model.Series)
        {
            switch (series)
            {
                case StairStepSeries stairs:
                    Stairs(layout, svg, stairs);
                    break;
                case LineSeries line:
                    svg.Stroke(Path(layout, line.Points), line.Color, line.StrokeThickness, Dashes(line.LineStyle));
                    break;
                case ContourSeries contours:
                    ContourDrawing.Draw(layout, svg, contours);
                    break;
                case AreaSeries area:
                    Area(layout, svg, area);
                    break;
                case ScatterSeries scatter:
                    foreach (ScatterPoint p in scatter.Points.Where(p => double.IsFinite(p.X) && double.IsFinite(p.Y)))
                    {
                        double size = double.IsNaN(p.Size) ? scatter.MarkerSize : p.Size;
                        svg.Mark(scatter.MarkerType, layout.X(p.X), layout.Y(p.Y), size, scatter.Color, scatter.IsHollow, p.Tag);
                    }

                    break;
                case ScatterErrorSeries errors:
                    Errors(layout, svg, errors);
                    break;
                case BarSeries bars:
                    Bars(layout, svg, bars, stacked, Array.IndexOf(beside, bars), beside.Length);
                    break;
                default:
                    throw new ArgumentException($"Series of type {series.GetType().Name} cannot be drawn.", nameof(layout));
            }
        }
    }

    /// <summary>The small picture of a series in the legend; x and y are its left centre.</summary>
    public static void Swatch(SvgWriter svg, Series series, double x, double y)
    {
        switch (series)
        {
            case LineSeries line:
                svg.Line(x, y, x + 18, y, line.Color, Math.Max(line.StrokeThickness, 2.5), Dashes(line.LineStyle));
                break;
            case ContourSeries contours:
                svg.Line(x, y, x + 18, y, contours.Color, 1.2);
                break;
            case ScatterSeries scatter:
                svg.Mark(scatter.MarkerType, x + 9, y, Math.Min(scatter.MarkerSize, 5), scatter.Color, scatter.IsHollow, null);
                break;
            case ScatterErrorSeries errors:
                svg.Line(x, y, x + 18, y, errors.Color, 2);
                svg.Mark(MarkerType.Circle, x + 9, y, 4.5, errors.Color, false, null);
                break;
            default:
                svg.Raw($"<rect class=\"bar\" x=\"{N(x + 3)}\" y=\"{N(y - 6)}\" width=\"12\" height=\"12\" "
                    + $"style=\"fill:{Palette.Css(series.Color)}\"/>\n");
                break;
        }
    }

    private static void Stairs(PlotLayout layout, SvgWriter svg, StairStepSeries stairs)
    {
        List<DataPoint> corners = [];
        foreach (DataPoint point in stairs.Points)
        {
            if (corners.Count > 0)
                corners.Add(new(point.X, corners[^1].Y));
            corners.Add(point);
        }

        if (stairs.FillOpacity > 0 && corners.Count > 1)
        {
            double zero = layout.Y(Math.Max(layout.YMinimum, 0));
            svg.Fill($"{Path(layout, corners)}L{N(layout.X(corners[^1].X))} {N(zero)}L{N(layout.X(corners[0].X))} {N(zero)}z",
                stairs.Color, stairs.FillOpacity);
        }

        svg.Stroke(Path(layout, corners), stairs.Color, stairs.StrokeThickness, Dashes(stairs.LineStyle));
    }

    private static void Area(PlotLayout layout, SvgWriter svg, AreaSeries area)
    {
        DataPoint[] outline =
        [
            .. area.Points.Concat(area.Points2.AsEnumerable().Reverse()).Where(p => double.IsFinite(p.X) && double.IsFinite(p.Y)),
        ];
        if (outline.Length > 2)
            svg.Fill(Path(layout, outline) + "z", area.Color, 0.18);
    }

    private static void Errors(PlotLayout layout, SvgWriter svg, ScatterErrorSeries errors)
    {
        foreach (ScatterErrorPoint point in errors.Points.Where(p => double.IsFinite(p.X)))
        {
            double y = layout.Y(point.Y), from = layout.X(point.X - point.ErrorX), to = layout.X(point.X + point.ErrorX);
            if (point.ErrorX > 0)
            {
                svg.Line(from, y, to, y, errors.Color, 2);
                svg.Line(from, y - 4, from, y + 4, errors.Color, 2);
                svg.Line(to, y - 4, to, y + 4, errors.Color, 2);
            }

            svg.Mark(MarkerType.Circle, layout.X(point.X), y, 4.5, errors.Color, false, point.Tag);
        }
    }

    private static void Bars(PlotLayout layout, SvgWriter svg, BarSeries bars, Dictionary<int, double> stacked, int lane,
        int lanes)
    {
        CategoryAxis rows = (CategoryAxis)layout.YAxis;
        double height = Math.Abs(layout.Y(1) - layout.Y(0)) * (1 - rows.GapWidth);
        foreach (BarItem item in bars.Items.Where(i => i.Value > 0 && double.IsFinite(i.Value)))
        {
            double from = bars.IsStacked ? stacked.GetValueOrDefault(item.CategoryIndex) : 0, to = from + item.Value;
            double top = layout.Y(item.CategoryIndex) - (height / 2), tall = height;
            if (bars.IsStacked)
                stacked[item.CategoryIndex] = to;
            else
                (top, tall) = (top + (height * lane / lanes), height / lanes);
            double left = layout.X(from), right = layout.X(to);
            string tip = $"{rows.Labels[item.CategoryIndex]}, {bars.Title}: {layout.XAxis.Label(item.Value)}";
            svg.Bar(left, top, Math.Max(right - left, 0.75), tall, bars.Color, tip);
        }
    }

    /// <summary>A path through points; one that is not finite breaks it.</summary>
    public static string Path(PlotLayout layout, IEnumerable<DataPoint> points)
    {
        StringBuilder path = new();
        bool pen = false;
        foreach (DataPoint point in points)
        {
            bool finite = double.IsFinite(point.X) && double.IsFinite(point.Y);
            if (finite)
                path.Append(pen ? 'L' : 'M').Append(N(layout.X(point.X))).Append(' ').Append(N(layout.Y(point.Y)));
            pen = finite;
        }

        return path.ToString();
    }
}
