namespace NpuSim.Reports.Charts;

/// <summary>Marks with horizontal error bars.</summary>
public sealed class ScatterErrorSeries : Series
{
    /// <summary>The points.</summary>
    public List<ScatterErrorPoint> Points { get; } = [];

    /// <inheritdoc/>
    internal override IEnumerable<DataPoint> Extent() =>
        Points.SelectMany(p => new[] { new DataPoint(p.X - p.ErrorX, p.Y), new DataPoint(p.X + p.ErrorX, p.Y) });
}
