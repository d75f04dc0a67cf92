namespace NpuSim.Reports.Charts;

/// <summary>One mark of a <see cref="ScatterSeries"/>.</summary>
/// <param name="X">Along the bottom axis.</param>
/// <param name="Y">Along the left axis.</param>
/// <param name="Size">Half width in pixels; NaN: the series' size.</param>
/// <param name="Tag">What is shown when one points at it.</param>
public readonly record struct ScatterPoint(double X, double Y, double Size = double.NaN, string? Tag = null);
