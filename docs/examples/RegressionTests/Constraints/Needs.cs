using NpuSim.Reports.Studies;
using NpuSim.Reports.Text;
using NpuSim.Simulator.Studies;

namespace NpuSim.RegressionTests.Constraints;

/// <summary>Rules of memory.</summary>
public static class Needs
{
    /// <summary>The scratch memory of one step is below a bound.</summary>
    /// <param name="bytes">The bound, in bytes.</param>
    public static RunConstraint LessScratchThan(long bytes) => Below(bytes, $"less scratch memory than {Quantity.Bytes(bytes)}");

    /// <summary>The scratch memory of one step is below that of another run.</summary>
    /// <param name="other">The other run.</param>
    /// <param name="factor">How many times below, at least 1.</param>
    public static RunConstraint LessScratchThan(RunResult other, double factor = 1) => Below(
        other.Memory.ArenaBytes / factor,
        $"less scratch memory than {Quantity.Bytes(other.Memory.ArenaBytes / factor)}, {Quantity.Ratio(1, factor)} of "
            + $"{other.Label()}");

    private static RunConstraint Below(double bytes, string description) => new(
        description, run => run.Memory.ArenaBytes < bytes, run => $"{Quantity.Bytes(run.Memory.ArenaBytes)} of scratch memory");
}
