namespace NpuSim.Reports.Charts;

/// <summary>A chart as data. Names follow OxyPlot's model, so that the package can take this one's place.</summary>
public sealed class PlotModel
{
    /// <summary>What the chart shows.</summary>
    public string Title { get; set; } = "";

    /// <summary>One line below the title.</summary>
    public string Subtitle { get; set; } = "";

    /// <summary>
    /// What the chart tells, in a sentence or two, for readers who do not see it. (OxyPlot has no such member.)
    /// </summary>
    public string Description { get; set; } = "";

    /// <summary>The axes: one at the bottom, one at the left.</summary>
    public IList<Axis> Axes { get; } = [];

    /// <summary>What is drawn, in order.</summary>
    public IList<Series> Series { get; } = [];

    /// <summary>Marks drawn over the series.</summary>
    public IList<Annotation> Annotations { get; } = [];

    /// <summary>Legends; none: no legend.</summary>
    public IList<Legend> Legends { get; } = [];
}
