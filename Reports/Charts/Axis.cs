using System.Globalization;

namespace NpuSim.Reports.Charts;

/// <summary>An axis: which values it spans and how it is labelled.</summary>
public abstract class Axis
{
    /// <summary>Where it is.</summary>
    public AxisPosition Position { get; set; }

    /// <summary>What is measured along it.</summary>
    public string Title { get; set; } = "";

    /// <summary>Unit of the labels, shown after the title in parentheses; empty where labels carry it.</summary>
    public string Unit { get; set; } = "";

    /// <summary>First value; NaN: from the data.</summary>
    public double Minimum { get; set; } = double.NaN;

    /// <summary>Last value; NaN: from the data.</summary>
    public double Maximum { get; set; } = double.NaN;

    /// <summary>Distance of labelled ticks; NaN: chosen.</summary>
    public double MajorStep { get; set; } = double.NaN;

    /// <summary>How a tick is labelled; null: as a plain number.</summary>
    public Func<double, string>? LabelFormatter { get; set; }

    /// <summary>Title with unit.</summary>
    internal string FullTitle => Unit.Length == 0 ? Title : $"{Title} ({Unit})";

    /// <summary>The span that shows all of lowest..highest, limits set by the chart's author respected.</summary>
    internal abstract (double Minimum, double Maximum) Span(double lowest, double highest);

    /// <summary>Where labelled ticks stand.</summary>
    /// <param name="minimum">First value.</param>
    /// <param name="maximum">Last value.</param>
    /// <param name="most">About how many labels there is room for; at least 2.</param>
    internal abstract IReadOnlyList<double> Ticks(double minimum, double maximum, int most);

    /// <summary>Place of a value along the axis: 0 at the minimum, 1 at the maximum.</summary>
    internal virtual double Place(double value, double minimum, double maximum) => (value - minimum) / (maximum - minimum);

    /// <summary>Label of a tick.</summary>
    internal virtual string Label(double value) =>
        LabelFormatter is not null ? LabelFormatter(value)
        : Math.Abs(value) >= 1000 ? Quantity.TickMetric(value)
        : Math.Round(value, 9).ToString("0.#########", CultureInfo.InvariantCulture);
}
