namespace NpuSim.Reports.Charts;

/// <summary>The shape of a point.</summary>
public enum MarkerType
{
    /// <summary>No mark.</summary>
    None,

    /// <summary>A disc.</summary>
    Circle,

    /// <summary>A square on its side.</summary>
    Square,

    /// <summary>A square on its corner.</summary>
    Diamond,

    /// <summary>A triangle on its side.</summary>
    Triangle,

    /// <summary>A vertical stroke. (OxyPlot draws it with a custom outline.)</summary>
    Stroke,
}
