using System.Globalization;
using NpuSim.Reports.Text;
using OxyPlot;
using OxyPlot.Annotations;
using OxyPlot.Axes;
using OxyPlot.Series;

namespace NpuSim.Reports.Charts;

/// <summary>
/// A chart: OxyPlot's model in the style of the report, with a legend above the plot area, where it covers no data. One axis is
/// at the bottom, one at the left.
/// </summary>
internal sealed class Chart : PlotModel
{
    /// <summary>Sizes of text in pixels.</summary>
    internal const double TextSize = 13, SmallSize = 12, TitleSize = 15;

    /// <summary>Pixels left free at the edges.</summary>
    internal const double Edge = 10;

    private const double RowHeight = 24, LinesHeight = 250;

    /// <summary>An empty chart.</summary>
    public Chart()
    {
        Title = Subtitle = "";
        Culture = CultureInfo.InvariantCulture;
        DefaultFontSize = TextSize;
        TextColor = TitleColor = Palette.Ink;
        (TitleFontSize, TitleFontWeight, TitleToolTip) = (TitleSize, 600, Roles.Title);
        (SubtitleFontSize, SubtitleFontWeight, SubtitleColor) = (SmallSize, FontWeights.Normal, Palette.Muted);
        Background = OxyColors.Undefined;
        PlotAreaBorderColor = Palette.Muted;
        PlotAreaBorderThickness = new OxyThickness(1, 0, 0, 1);
        Padding = new OxyThickness(Edge, Edge, 22, Edge);
        Legends.Add(new ChartLegend());
    }

    /// <summary>What the chart tells, in a sentence or two, for readers who do not see it.</summary>
    public string Description { get; set; } = "";

    /// <summary>Height that the plot area should have, in pixels.</summary>
    internal double PlotHeight
    {
        get
        {
            int lanes = Series.OfType<BarSeries>().Count(s => !s.IsStacked);
            return Left is RowAxis rows ? rows.Labels.Count * RowHeight * Math.Max(1, 0.5 * lanes) : LinesHeight;
        }
    }

    private Axis Bottom => Axes.Single(a => a.Position == AxisPosition.Bottom);

    private Axis Left => Axes.Single(a => a.Position == AxisPosition.Left);

    /// <summary>
    /// The end of the bottom axis at which texts behind bars end inside the chart and marked lines are seen; NaN where the axis
    /// has it already. For a chart that was drawn once.
    /// </summary>
    internal double MaximumWithRoom()
    {
        if (Bottom is not NumberAxis axis || !double.IsNaN(axis.Maximum))
            return double.NaN;
        double most = Annotations.OfType<LineAnnotation>().Select(l => l.X * 1.04).Append(axis.ActualMaximum).Max();
        foreach (RowText text in Annotations.OfType<RowText>().Where(t => t.Place == RowPlace.Value))
        {
            double free = PlotArea.Width - TextMeasure.Width(text.Text, TextSize) - 8;
            most = Math.Max(
                most,
                axis.ActualMinimum + ((text.X - axis.ActualMinimum) * PlotArea.Width / Math.Max(free, PlotArea.Width / 4)));
        }

        return most > axis.ActualMaximum ? most : double.NaN;
    }

    /// <summary>
    /// Makes room for a column of texts right of the plot area, cuts names that the legend has no room for, and writes tips to
    /// where OxyPlot hands them on.
    /// </summary>
    internal void Prepare()
    {
        double column = Annotations.OfType<RowText>().Where(t => t.Place == RowPlace.Right)
            .Select(t => TextMeasure.Width(t.Text, TextSize)).DefaultIfEmpty().Max();
        Padding = new OxyThickness(Edge, Edge, Math.Max(22, column + 14), Edge);
        foreach (Series series in Series)
        {
            if (series.Title is { } name)
                series.Title = TextMeasure.Fit(PlainText.Line(name), TextSize, SvgExporter.Width - 60);
            IEnumerable<string?> tips = series switch
            {
                BarSeries bars => bars.Items.Select(i =>
                    $"{((RowAxis)Left).Labels[i.CategoryIndex]}, {bars.Title}: {Bottom.FormatValue(i.Value)}"),
                ScatterErrorSeries errors => errors.Points.Select(p => p.Tag as string),
                ScatterSeries marks => marks.Points.Select(p => p.Tag as string),
                _ => [],
            };
            string[] lines = [.. tips.Select(t => PlainText.Line(t ?? ""))];
            if (lines.Any(t => t.Length > 0))
                series.ToolTip = string.Join('\n', lines);
        }
    }
}
