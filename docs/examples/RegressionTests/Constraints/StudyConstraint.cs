using System.Collections.Immutable;
using NpuSim.Reports.Comparison;
using NpuSim.Simulator.Studies;
using NUnit.Framework.Constraints;
using Tolerance = NpuSim.Reports.Comparison.Tolerance; // NUnit has another

namespace NpuSim.RegressionTests.Constraints;

/// <summary>The rule of <c>npusim check</c>: every figure of a baseline holds within its tolerance.</summary>
/// <param name="baseline">The results to hold on to.</param>
/// <param name="tolerances">How far figures may move; others may not at all.</param>
public sealed class StudyConstraint(StudyResult baseline, ImmutableArray<Tolerance> tolerances) : Constraint
{
    /// <inheritdoc/>
    public override string Description => "every figure of the baseline within its tolerance";

    /// <inheritdoc/>
    public override ConstraintResult ApplyTo<TActual>(TActual actual) => actual is StudyResult study
        ? new Result(this, study, [.. Baseline.Check(study, baseline, tolerances).Where(f => !f.Holds)
            .Select(f => f.Fault).Distinct()])
        : throw new ArgumentException($"A {nameof(StudyResult)} is expected.", nameof(actual));

    private sealed class Result(Constraint rule, StudyResult study, ImmutableArray<string> faults)
        : ConstraintResult(rule, study, faults.IsEmpty)
    {
        public override void WriteActualValueTo(MessageWriter writer) => writer.Write(string.Join("\n            ", faults));
    }
}
