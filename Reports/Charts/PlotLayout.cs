namespace NpuSim.Reports.Charts;

/// <summary>
/// Where everything of a chart goes: title, subtitle and legend above the plot area, axes at its left and bottom. The legend is
/// never over data.
/// </summary>
internal sealed class PlotLayout
{
    public const double FontSize = 13, SmallSize = 12, TitleSize = 15, RowHeight = 24, LegendRow = 19, Edge = 10;

    private const double PlotHeight = 250;

    public PlotLayout(PlotModel model, double width, double height)
    {
        Model = model;
        Width = width;
        XAxis = Only(model, AxisPosition.Bottom);
        YAxis = Only(model, AxisPosition.Left);
        Title = TextMeasure.Wrap(PlainText.Line(model.Title), TitleSize * 1.06, width - (2 * Edge), 2);
        Subtitle = TextMeasure.Wrap(PlainText.Line(model.Subtitle), SmallSize, width - (2 * Edge), 3);
        Legend = model.Legends.Count == 0 ? [] : LegendRows();
        LegendTop = Edge + (Title.Count * 19) + (Subtitle.Count * 16) + 6;
        Top = LegendTop + (Legend.Count * LegendRow) + 8;

        (YMinimum, YMaximum) = Span(YAxis, p => p.Y);
        int lanes = model.Series.OfType<BarSeries>().Count(s => !s.IsStacked);
        double plot = YAxis is CategoryAxis rows ? rows.Labels.Count * RowHeight * Math.Max(1, 0.5 * lanes) : PlotHeight;
        Height = double.IsNaN(height) ? Top + plot + 52 : height;
        Bottom = Height - 52;
        YTicks = YAxis.Ticks(YMinimum, YMaximum, (int)((Bottom - Top) / 42));
        double labels = YTicks.Where(t => !IsHeading(t)).Select(t => TextMeasure.Width(YLabel(t), FontSize))
            .DefaultIfEmpty().Max();
        Left = Edge + 24 + Math.Min(labels, 0.36 * width) + 8;
        double column = model.Annotations.OfType<TextAnnotation>().Where(t => double.IsPositiveInfinity(t.TextPosition.X))
            .Select(t => TextMeasure.Width(t.Text, FontSize)).DefaultIfEmpty().Max();
        Right = width - Math.Max(22, column + 14);
        (XMinimum, XMaximum) = Span(XAxis, p => p.X);
        MakeRoomForTexts();
        double labelWidth = 12
            + XAxis.Ticks(XMinimum, XMaximum, 6).Select(t => TextMeasure.Width(XAxis.Label(t), FontSize)).DefaultIfEmpty().Max();
        XTicks = XAxis.Ticks(XMinimum, XMaximum, Math.Clamp((int)((Right - Left) / Math.Max(labelWidth + 6, 36)), 2, 10));
    }

    public PlotModel Model { get; }

    public Axis XAxis { get; }

    public Axis YAxis { get; }

    public double Width { get; }

    public double Height { get; }

    public double Left { get; }

    public double Right { get; }

    public double Top { get; }

    public double Bottom { get; }

    public double LegendTop { get; }

    public double XMinimum { get; }

    public double XMaximum { get; private set; }

    public double YMinimum { get; }

    public double YMaximum { get; }

    public IReadOnlyList<double> XTicks { get; }

    public IReadOnlyList<double> YTicks { get; }

    public List<string> Title { get; }

    public List<string> Subtitle { get; }

    /// <summary>The legend's rows, each entry with the x where it begins.</summary>
    public List<List<(Series Series, double X)>> Legend { get; }

    /// <summary>Pixel column of a value, kept inside the plot area.</summary>
    public double X(double value) => Left + (Math.Clamp(XAxis.Place(value, XMinimum, XMaximum), 0, 1) * (Right - Left));

    /// <summary>Pixel row of a value, kept inside the plot area.</summary>
    public double Y(double value) => Bottom - (Math.Clamp(YAxis.Place(value, YMinimum, YMaximum), 0, 1) * (Bottom - Top));

    /// <summary>Label of a tick on the left axis, cut where it would take too much of the chart.</summary>
    public string YLabel(double tick) => TextMeasure.Fit(PlainText.Line(YAxis.Label(tick)), FontSize, 0.36 * Width);

    /// <summary>True for a row of the left axis that heads others.</summary>
    public bool IsHeading(double tick) => YAxis is CategoryAxis rows && rows.Headings.Contains((int)tick);

    /// <summary>Text of a heading, cut where it is longer than the chart is wide.</summary>
    public string Heading(double tick) => TextMeasure.Fit(PlainText.Line(YAxis.Label(tick)), FontSize * 1.1, Width - 60);

    private static Axis Only(PlotModel model, AxisPosition position) => model.Axes.Single(a => a.Position == position);

    private (double Minimum, double Maximum) Span(Axis axis, Func<DataPoint, double> coordinate)
    {
        double lowest = double.PositiveInfinity, highest = double.NegativeInfinity;
        foreach (double value in Model.Series.SelectMany(s => s.Extent()).Select(coordinate).Where(double.IsFinite))
            (lowest, highest) = (Math.Min(lowest, value), Math.Max(highest, value));
        if (axis == XAxis)
        {
            IEnumerable<IGrouping<int, BarItem>> stacks = Model.Series.OfType<BarSeries>().Where(s => s.IsStacked)
                .SelectMany(s => s.Items).Where(i => double.IsFinite(i.Value)).GroupBy(i => i.CategoryIndex);
            highest = stacks.Select(row => row.Sum(i => i.Value)).Append(highest).Max();
            foreach (LineAnnotation line in Model.Annotations.OfType<LineAnnotation>())
                (lowest, highest) = (Math.Min(lowest, line.X), Math.Max(highest, line.X));
        }

        return axis.Span(lowest, highest);
    }

    /// <summary>Moves the end of a linear bottom axis so that the texts behind bars end inside the chart.</summary>
    private void MakeRoomForTexts()
    {
        if (XAxis is not LinearAxis || !double.IsNaN(XAxis.Maximum))
            return;
        double width = Right - Left;
        foreach (TextAnnotation text in Model.Annotations.OfType<TextAnnotation>().Where(t => double.IsFinite(t.TextPosition.X)))
        {
            double free = width - TextMeasure.Width(text.Text, FontSize) - 8;
            XMaximum = Math.Max(XMaximum, XMinimum + ((text.TextPosition.X - XMinimum) * width / Math.Max(free, width / 4)));
        }
    }

    private List<List<(Series Series, double X)>> LegendRows()
    {
        List<List<(Series, double)>> rows = [];
        double x = double.PositiveInfinity;
        foreach (Series series in Model.Series.Where(s => s.Title.Length > 0))
        {
            double width = 24 + Math.Min(TextMeasure.Width(series.Title, FontSize), Width - 60) + 16;
            if (x + width > Width - Edge + 16)
            {
                rows.Add([]);
                x = Edge;
            }

            rows[^1].Add((series, x));
            x += width;
        }

        return rows;
    }
}
