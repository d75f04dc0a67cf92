namespace NpuSim.Reports.Charts;

/// <summary>
/// Horizontal bars in the rows of a <see cref="CategoryAxis"/>, stacked on those of earlier series or beside them.
/// </summary>
public sealed class BarSeries : Series
{
    /// <summary>The bars.</summary>
    public List<BarItem> Items { get; } = [];

    /// <summary>True: each bar begins where the earlier series' bar in its row ends.</summary>
    public bool IsStacked { get; set; }

    /// <inheritdoc/>
    internal override IEnumerable<DataPoint> Extent() =>
        Items.Select(i => new DataPoint(i.Value, i.CategoryIndex)).Append(new(0, 0));
}
