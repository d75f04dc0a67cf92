namespace NpuSim.Reports.Charts;

/// <summary>A mark with its error along x.</summary>
/// <param name="X">Along the bottom axis.</param>
/// <param name="Y">Along the left axis.</param>
/// <param name="ErrorX">The bar reaches from X − ErrorX to X + ErrorX.</param>
/// <param name="Tag">What is shown when one points at it.</param>
public readonly record struct ScatterErrorPoint(double X, double Y, double ErrorX, string? Tag = null);
