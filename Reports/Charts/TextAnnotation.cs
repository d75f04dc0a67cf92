namespace NpuSim.Reports.Charts;

/// <summary>Text right of a point, vertically centred on it.</summary>
public sealed class TextAnnotation : Annotation
{
    /// <summary>Where it stands; an X of −∞ is the left edge of the plot area, one of +∞ a column right of it.</summary>
    public DataPoint TextPosition { get; set; }
}
