namespace NpuSim.Reports.Charts;

/// <summary>Lists the titled series above the plot area, where it covers no data.</summary>
public sealed class Legend
{
    /// <summary>Text in front of the entries.</summary>
    public string LegendTitle { get; set; } = "";
}
