using NpuSim.Reports.Text;
using OxyPlot;
using OxyPlot.Axes;

namespace NpuSim.Reports.Charts;

/// <summary>An axis of equal ratios: decades for base 10, doublings for base 2. Values must be above 0.</summary>
internal sealed class RatioAxis : LogarithmicAxis
{
    public RatioAxis()
    {
        ToolTip = Roles.Tick;
        TextColor = Palette.Muted;
        TitleColor = Palette.Ink;
        TitleFormatString = "{0} ({1})";
        PowerPadding = false;
        (TickStyle, AxislineStyle) = (TickStyle.None, LineStyle.None);
        (MajorGridlineStyle, MajorGridlineColor, MajorGridlineThickness) = (LineStyle.Solid, Palette.Grid, 1);
        (AxisTickToLabelDistance, AxisTitleDistance) = (7, 8);
        LabelFormatter = v => Quantity.TickMetric(v);
    }

    /// <inheritdoc/>
    public override void GetTickValues(
        out IList<double> majorLabelValues, out IList<double> majorTickValues, out IList<double> minorTickValues)
    {
        double length = IsHorizontal() ? ScreenMax.X - ScreenMin.X : ScreenMax.Y - ScreenMin.Y;
        majorTickValues = Ticks(ActualMinimum, ActualMaximum, Math.Max((int)(Math.Abs(length) / (IsVertical() ? 42 : 56)), 2));
        majorLabelValues = majorTickValues;
        minorTickValues = [];
    }

    /// <inheritdoc/>
    protected override double CalculateActualMaximum() => DataMaximum * Room();

    /// <inheritdoc/>
    protected override double CalculateActualMinimum() => DataMinimum / Room();

    /// <inheritdoc/>
    protected override double PreTransform(double x) => x <= 0 ? 0 : Elementary.Log(x) / Elementary.Log(Base);

    /// <inheritdoc/>
    protected override double PostInverseTransform(double x) => Elementary.Exp(x * Elementary.Log(Base));

    private double Room() => Elementary.Exp(Math.Max(Elementary.Log(DataMaximum / DataMinimum) * 0.08, Elementary.Log(1.15)));

    private List<double> Ticks(double minimum, double maximum, int most)
    {
        double step = Base, decades = PreTransform(maximum / minimum);
        for (int every = 2; decades / (every - 1) > most; every++)
            step *= Base;
        List<double> ticks = [];
        double first = 1;
        while (first >= minimum)
            first /= step;
        for (double power = first; power <= maximum * 1.000001; power *= step)
        {
            double[] within = Base == 10 && step == Base && decades < 2 ? [1, 2, 5] : [1];
            ticks.AddRange(within.Select(m => m * power).Where(v => v >= minimum * 0.999999 && v <= maximum * 1.000001));
        }

        return ticks;
    }
}
