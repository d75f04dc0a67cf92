namespace NpuSim.Reports.Charts;

/// <summary>An axis of equal ratios: decades for base 10, doublings for base 2. Values must be above 0.</summary>
public sealed class LogarithmicAxis : Axis
{
    /// <summary>10, or 2 for sizes in bytes.</summary>
    public double Base { get; set; } = 10;

    /// <inheritdoc/>
    internal override (double Minimum, double Maximum) Span(double lowest, double highest)
    {
        double minimum = double.IsNaN(Minimum) ? lowest : Minimum, maximum = double.IsNaN(Maximum) ? highest : Maximum;
        if (!(minimum > 0) || !double.IsFinite(maximum))
            return (1, Base);
        double room = Math.Max(Elementary.Log(maximum / minimum) * 0.08, Elementary.Log(1.15));
        double factor = Elementary.Exp(room);
        return (double.IsNaN(Minimum) ? minimum / factor : minimum, double.IsNaN(Maximum) ? maximum * factor : maximum);
    }

    /// <inheritdoc/>
    internal override IReadOnlyList<double> Ticks(double minimum, double maximum, int most)
    {
        double step = Base, decades = Elementary.Log(maximum / minimum) / Elementary.Log(Base);
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

    /// <inheritdoc/>
    internal override double Place(double value, double minimum, double maximum) =>
        value > 0 ? Elementary.Log(value / minimum) / Elementary.Log(maximum / minimum) : 0;
}
