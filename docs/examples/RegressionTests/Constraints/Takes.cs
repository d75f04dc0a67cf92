using NpuSim.Reports.Studies;
using NpuSim.Reports.Text;
using NpuSim.Simulator.Studies;

namespace NpuSim.RegressionTests.Constraints;

/// <summary>Rules of time. A run that its accelerator cannot execute breaks them.</summary>
public static class Takes
{
    /// <summary>One step takes no more than so many cycles.</summary>
    /// <param name="cycles">The bound, in cycles of the accelerator's clock.</param>
    public static RunConstraint AtMost(double cycles) => new(
        $"at most {Quantity.Metric(cycles)} cycles", run => run.Cost?.Cycles <= cycles, Found);

    /// <summary>One step takes fewer cycles than that of another run.</summary>
    /// <param name="other">The other run; it must have a cost.</param>
    /// <exception cref="ArgumentException">It has none.</exception>
    public static RunConstraint FewerCyclesThan(RunResult other)
    {
        double cycles = other.Cost?.Cycles
            ?? throw new ArgumentException($"{other.Label()} does not run: {other.NotRunnable}", nameof(other));
        return new($"fewer than {Quantity.Metric(cycles)} cycles, those of {other.Label()}",
            run => run.Cost?.Cycles < cycles, Found);
    }

    private static string Found(RunResult run) =>
        run.Cost is { } cost ? $"{Quantity.Metric(cost.Cycles)} cycles" : $"no run: {run.NotRunnable}";
}
