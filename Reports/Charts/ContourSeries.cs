namespace NpuSim.Reports.Charts;

/// <summary>Lines along which values over a grid are equal, each labelled with its value where there is room.</summary>
public sealed class ContourSeries : Series
{
    /// <summary>Places of the grid's columns along the bottom axis, rising; at least 2.</summary>
    public IReadOnlyList<double> ColumnCoordinates { get; init; } = [];

    /// <summary>Places of the grid's rows along the left axis, rising; at least 2.</summary>
    public IReadOnlyList<double> RowCoordinates { get; init; } = [];

    /// <summary>The values, [column, row]; around those that are not finite no line is drawn.</summary>
    public double[,] Data { get; init; } = new double[0, 0];

    /// <summary>The values that get a line.</summary>
    public IReadOnlyList<double> ContourLevels { get; init; } = [];

    /// <inheritdoc/>
    internal override IEnumerable<DataPoint> Extent() =>
        [new(ColumnCoordinates[0], RowCoordinates[0]), new(ColumnCoordinates[^1], RowCoordinates[^1])];
}
