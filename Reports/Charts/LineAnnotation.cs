namespace NpuSim.Reports.Charts;

/// <summary>A dashed vertical line at <see cref="X"/> over some rows or the whole height, its text at the top.</summary>
public sealed class LineAnnotation : Annotation
{
    /// <summary>Where it stands.</summary>
    public double X { get; set; }

    /// <summary>Least value on the left axis it reaches; NaN: the axis' end.</summary>
    public double MinimumY { get; set; } = double.NaN;

    /// <summary>Greatest value on the left axis it reaches; NaN: the axis' end.</summary>
    public double MaximumY { get; set; } = double.NaN;
}
