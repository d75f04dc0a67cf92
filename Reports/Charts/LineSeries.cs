namespace NpuSim.Reports.Charts;

/// <summary>A line through points; a point that is not finite breaks it.</summary>
public class LineSeries : Series
{
    /// <summary>The points, in the order in which the line goes through them.</summary>
    public List<DataPoint> Points { get; } = [];

    /// <summary>How the line is drawn.</summary>
    public LineStyle LineStyle { get; set; }

    /// <summary>Width of the line in pixels.</summary>
    public double StrokeThickness { get; set; } = 2;

    /// <inheritdoc/>
    internal override IEnumerable<DataPoint> Extent() => Points;
}
