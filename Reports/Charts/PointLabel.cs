namespace NpuSim.Reports.Charts;

/// <summary>Text of a marked point.</summary>
/// <param name="X">The point's place along the bottom axis.</param>
/// <param name="Y">The point's place along the left axis.</param>
/// <param name="Text">What it says.</param>
internal readonly record struct PointLabel(double X, double Y, string Text);
