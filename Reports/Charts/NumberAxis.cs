using System.Globalization;
using NpuSim.Reports.Text;
using OxyPlot;
using OxyPlot.Axes;

namespace NpuSim.Reports.Charts;

/// <summary>An axis of equal steps of 1, 2 or 5 times a power of ten – or, for sizes in bytes, of powers of two.</summary>
internal sealed class NumberAxis : LinearAxis
{
    public NumberAxis()
    {
        ToolTip = Roles.Tick;
        TextColor = Palette.Muted;
        TitleColor = Palette.Ink;
        TitleFormatString = "{0} ({1})";
        (TickStyle, AxislineStyle) = (TickStyle.None, LineStyle.None);
        (MajorGridlineStyle, MajorGridlineColor, MajorGridlineThickness) = (LineStyle.Solid, Palette.Grid, 1);
        (MinimumPadding, MaximumPadding) = (0.04, 0.04);
        (AxisTickToLabelDistance, AxisTitleDistance) = (7, 8);
        LabelFormatter = Plain;
    }

    /// <summary>True for sizes in bytes: steps are powers of two.</summary>
    public bool IsBinary { get; init; }

    /// <inheritdoc/>
    protected override double CalculateActualMinimum() =>
        DataMinimum >= 0 && DataMinimum < 0.3 * DataMaximum ? 0 : base.CalculateActualMinimum();

    /// <inheritdoc/>
    protected override double CalculateActualInterval(
        double availableSize, double maxIntervalSize, double minIntervalCount, double maxIntervalCount)
    {
        double apart = IsVertical() ? 42 : 56; // pixels of a label
        if (!IsBinary)
            return base.CalculateActualInterval(availableSize, apart, minIntervalCount, maxIntervalCount);
        double least = (ActualMaximum - ActualMinimum) / Math.Max(availableSize / apart, 2), step = 1;
        while (step < least)
            step *= 2;
        return step;
    }

    private static string Plain(double value) => Math.Abs(value) >= 1000
        ? Quantity.TickMetric(value)
        : (Math.Round(value, 9) + 0.0).ToString("0.#########", CultureInfo.InvariantCulture);
}
