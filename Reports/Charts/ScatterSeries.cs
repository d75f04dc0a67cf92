namespace NpuSim.Reports.Charts;

/// <summary>Marks at points.</summary>
public class ScatterSeries : Series
{
    /// <summary>The points.</summary>
    public List<ScatterPoint> Points { get; } = [];

    /// <summary>Shape of the marks.</summary>
    public MarkerType MarkerType { get; set; } = MarkerType.Circle;

    /// <summary>Half width of a mark in pixels.</summary>
    public double MarkerSize { get; set; } = 5;

    /// <summary>True for outlines, false for filled marks. (OxyPlot does it with a transparent fill.)</summary>
    public bool IsHollow { get; set; }

    /// <inheritdoc/>
    internal override IEnumerable<DataPoint> Extent() => Points.Select(p => new DataPoint(p.X, p.Y));
}
