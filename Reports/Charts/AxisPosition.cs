namespace NpuSim.Reports.Charts;

/// <summary>Where an axis is.</summary>
public enum AxisPosition
{
    /// <summary>At the left, values go up.</summary>
    Left,

    /// <summary>At the bottom, values go right.</summary>
    Bottom,
}
