using System.Globalization;

namespace NpuSim.Reports.Charts;

/// <summary>Draws contour lines with their values.</summary>
internal static class ContourDrawing
{
    private const double Height = 14, Apart = 5; // of labels and what is beside them, in pixels

    /// <summary>Draws a series.</summary>
    public static void Draw(PlotLayout layout, SvgWriter svg, ContourSeries contours)
    {
        List<(double Level, DataPoint[] Line)> longest = [];
        foreach (double level in contours.ContourLevels)
        {
            IReadOnlyList<DataPoint[]> lines = MarchingSquares.Lines(contours.ColumnCoordinates, contours.RowCoordinates, contours.Data, level);
            foreach (DataPoint[] line in lines)
                svg.Stroke(SeriesDrawing.Path(layout, line), contours.Color, 1.2, "");
            if (lines.Count > 0)
                longest.Add((level, [.. lines.MaxBy(l => Length(layout, l))!.Select(p => new DataPoint(layout.X(p.X), layout.Y(p.Y)))]));
        }

        // A label stands near the middle of its line, off what the other series show and off other labels.
        List<(double X, double Y, double Width)> taken =
            [.. layout.Model.Series.Where(s => s is not ContourSeries).SelectMany(s => s.Extent()).Select(p => (layout.X(p.X), layout.Y(p.Y), 2 * Apart))];
        foreach ((double level, DataPoint[] line) in longest)
        {
            string text = level.ToString("G4", CultureInfo.InvariantCulture);
            double width = TextMeasure.Width(text, PlotLayout.SmallSize);
            foreach (int i in Enumerable.Range(0, line.Length).OrderBy(i => Math.Abs(i - (line.Length / 2))))
            {
                (double x, double y) = (line[i].X, line[i].Y);
                if (x - (width / 2) < layout.Left + Apart || x + (width / 2) > layout.Right - Apart || y - Height < layout.Top || y + Height > layout.Bottom
                    || taken.Any(t => Math.Abs(t.X - x) < ((t.Width + width) / 2) + Apart && Math.Abs(t.Y - y) < Height + Apart))
                    continue;
                taken.Add((x, y, width));
                svg.Text("mark-label", x, y + 4, text, PlotLayout.SmallSize, Palette.Muted, Anchor.Middle, AnnotationDrawing.Halo);
                break;
            }
        }
    }

    private static double Length(PlotLayout layout, DataPoint[] line) => line.Zip(
        line.Skip(1), (a, b) => Math.Abs(layout.X(a.X) - layout.X(b.X)) + Math.Abs(layout.Y(a.Y) - layout.Y(b.Y))).Sum();
}
