namespace NpuSim.Reports.Charts;

/// <summary>Text beside a marked point, on the side where there is room; left out where there is none.</summary>
public sealed class PointAnnotation : Annotation
{
    /// <summary>The point's place along the bottom axis.</summary>
    public double X { get; set; }

    /// <summary>The point's place along the left axis.</summary>
    public double Y { get; set; }
}
