namespace NpuSim.Reports.Charts;

/// <summary>An axis of named rows: category i spans i − ½ … i + ½, and the first one is at the top.</summary>
public sealed class CategoryAxis : Axis
{
    /// <summary>The names.</summary>
    public List<string> Labels { get; } = [];

    /// <summary>
    /// Rows that hold no data but head those below, as a profile heads its methods; their text may run across the chart.
    /// (OxyPlot has no such member.)
    /// </summary>
    public HashSet<int> Headings { get; } = [];

    /// <summary>Share of a row left free between bars.</summary>
    public double GapWidth { get; set; } = 0.3;

    /// <inheritdoc/>
    internal override (double Minimum, double Maximum) Span(double lowest, double highest) => (-0.5, Labels.Count - 0.5);

    /// <inheritdoc/>
    internal override IReadOnlyList<double> Ticks(double minimum, double maximum, int most) =>
        [.. Enumerable.Range(0, Labels.Count).Select(i => (double)i)];

    /// <inheritdoc/>
    internal override double Place(double value, double minimum, double maximum) => 1 - base.Place(value, minimum, maximum);

    /// <inheritdoc/>
    internal override string Label(double value) => Labels[(int)value];
}
