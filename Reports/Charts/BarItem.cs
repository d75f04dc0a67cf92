namespace NpuSim.Reports.Charts;

/// <summary>One bar.</summary>
/// <param name="Value">Its length; NaN or 0: nothing is drawn.</param>
/// <param name="CategoryIndex">Its row.</param>
public readonly record struct BarItem(double Value, int CategoryIndex);
