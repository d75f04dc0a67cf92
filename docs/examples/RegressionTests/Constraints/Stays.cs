using NpuSim.Reports.Comparison;
using NpuSim.Simulator.Studies;

namespace NpuSim.RegressionTests.Constraints;

/// <summary>Rules that hold a study against an earlier one.</summary>
public static class Stays
{
    /// <summary>Every figure of the baseline holds.</summary>
    /// <param name="baseline">The earlier study.</param>
    /// <param name="tolerances">As "accuracy=0.5" (points), "scratch=1024" (bytes) or "cycles=1%".</param>
    /// <exception cref="InputException">A tolerance names no figure or no amount.</exception>
    public static StudyConstraint Near(StudyResult baseline, params string[] tolerances) =>
        new(baseline, [.. tolerances.Select(Tolerance.Parse)]);
}
