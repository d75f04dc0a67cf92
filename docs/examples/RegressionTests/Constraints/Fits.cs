using NpuSim.Reports.Text;

namespace NpuSim.RegressionTests.Constraints;

/// <summary>Rules of what fits.</summary>
public static class Fits
{
    /// <summary>The scratch memory of one step fits the accelerator's scratchpad.</summary>
    public static RunConstraint Scratchpad { get; } = new(
        "scratch memory that fits the scratchpad", run => run.Memory.FitsScratchpad,
        run => $"{Quantity.Bytes(run.Memory.ArenaBytes)} of scratch memory");
}
