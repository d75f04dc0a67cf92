namespace NpuSim.Reports.Charts;

/// <summary>A mark over the series.</summary>
public abstract class Annotation
{
    /// <summary>Its text.</summary>
    public string Text { get; set; } = "";
}
