namespace NpuSim.Reports.Charts;

/// <summary>A point in the coordinates of the axes.</summary>
/// <param name="X">Along the bottom axis.</param>
/// <param name="Y">Along the left axis.</param>
public readonly record struct DataPoint(double X, double Y);
