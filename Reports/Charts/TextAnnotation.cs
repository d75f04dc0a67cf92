namespace NpuSim.Reports.Charts;

/// <summary>Text right of a point, vertically centred on it.</summary>
public sealed class TextAnnotation : Annotation
{
    /// <summary>Where it stands.</summary>
    public DataPoint TextPosition { get; set; }
}
