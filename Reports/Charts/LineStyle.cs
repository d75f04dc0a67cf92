namespace NpuSim.Reports.Charts;

/// <summary>How a line is drawn.</summary>
public enum LineStyle
{
    /// <summary>Unbroken.</summary>
    Solid,

    /// <summary>Dashes.</summary>
    Dash,

    /// <summary>Dots.</summary>
    Dot,

    /// <summary>Dashes and dots.</summary>
    DashDot,
}
