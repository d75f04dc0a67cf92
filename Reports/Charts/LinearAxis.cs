namespace NpuSim.Reports.Charts;

/// <summary>An axis of equal steps of 1, 2 or 5 times a power of ten – or, for sizes in bytes, of powers of two.</summary>
public sealed class LinearAxis : Axis
{
    /// <summary>True for sizes in bytes: steps are powers of two. (OxyPlot has no such member.)</summary>
    public bool IsBinary { get; set; }

    /// <summary>Room beyond the data at an end that is not set, as a share of their span.</summary>
    public double MaximumPadding { get; set; } = 0.04;

    /// <inheritdoc/>
    internal override (double Minimum, double Maximum) Span(double lowest, double highest)
    {
        double minimum = double.IsNaN(Minimum) ? lowest : Minimum, maximum = double.IsNaN(Maximum) ? highest : Maximum;
        if (!double.IsFinite(minimum) || !double.IsFinite(maximum))
            return (0, 1);
        double room = (maximum - minimum) * MaximumPadding;
        if (double.IsNaN(Minimum))
            minimum = lowest >= 0 && lowest < 0.3 * highest ? 0 : minimum - room;
        if (double.IsNaN(Maximum))
            maximum += room;
        return maximum > minimum ? (minimum, maximum) : (minimum - 0.5, minimum + 0.5);
    }

    /// <inheritdoc/>
    internal override IReadOnlyList<double> Ticks(double minimum, double maximum, int most)
    {
        double step = double.IsNaN(MajorStep) ? Step((maximum - minimum) / Math.Max(most, 2)) : MajorStep;
        List<double> ticks = [];
        double first = Math.Ceiling((minimum / step) - 1e-9) + 0.0; // + 0.0: no "-0"
        for (double k = first; k * step <= maximum + (1e-9 * step) && ticks.Count < 100; k++)
            ticks.Add(k * step);
        return ticks;
    }

    private double Step(double least)
    {
        double step = 1;
        if (IsBinary)
        {
            while (step < least)
                step *= 2;
            return step;
        }

        while (step < least)
            step *= 10;
        while (step / 10 >= least)
            step /= 10;
        return step / 5 >= least ? step / 5 : step / 2 >= least ? step / 2 : step;
    }
}
