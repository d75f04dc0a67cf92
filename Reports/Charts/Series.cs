namespace NpuSim.Reports.Charts;

/// <summary>Something drawn from data.</summary>
public abstract class Series
{
    /// <summary>Name in the legend; empty: not listed.</summary>
    public string Title { get; set; } = "";

    /// <summary>Main colour.</summary>
    public OxyColor Color { get; set; } = Palette.Series[0];

    /// <summary>Every point the axes must show.</summary>
    internal abstract IEnumerable<DataPoint> Extent();
}
