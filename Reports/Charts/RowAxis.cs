using NpuSim.Reports.Text;
using OxyPlot;
using OxyPlot.Axes;

namespace NpuSim.Reports.Charts;

/// <summary>An axis of named rows at the left; the first one is at the top.</summary>
internal sealed class RowAxis : CategoryAxis
{
    private const double MostOfWidth = 0.36;

    public RowAxis()
    {
        Position = AxisPosition.Left;
        (StartPosition, EndPosition) = (1, 0);
        ToolTip = Roles.Tick;
        TextColor = TitleColor = Palette.Ink;
        (TickStyle, AxislineStyle) = (TickStyle.None, LineStyle.None);
        (AxisTickToLabelDistance, AxisTitleDistance) = (7, 8);
        GapWidth = 0.3;
        LabelFormatter = Label;
    }

    /// <summary>Rows that hold no data but head those below, as a profile heads its methods.</summary>
    public HashSet<int> Headings { get; } = [];

    // A heading's text runs across the chart (RowText); a name too long for the margin is cut.
    private string Label(double row) => Headings.Contains((int)row)
        ? ""
        : TextMeasure.Fit(PlainText.Line(Labels[(int)row]), Chart.TextSize, MostOfWidth * SvgExporter.Width);
}
