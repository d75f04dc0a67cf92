namespace NpuSim.Reports.Charts;

/// <summary>The area between two lines over the same x.</summary>
public sealed class AreaSeries : Series
{
    /// <summary>One border.</summary>
    public List<DataPoint> Points { get; } = [];

    /// <summary>The other border.</summary>
    public List<DataPoint> Points2 { get; } = [];

    /// <inheritdoc/>
    internal override IEnumerable<DataPoint> Extent() => Points.Concat(Points2);
}
