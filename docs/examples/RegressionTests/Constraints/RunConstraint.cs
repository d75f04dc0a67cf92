using NpuSim.Reports.Studies;
using NpuSim.Simulator.Studies;
using NUnit.Framework.Constraints;

namespace NpuSim.RegressionTests.Constraints;

/// <summary>A rule for one run, which <c>Assert.That(run, …)</c> checks; rules combine with <c>&amp;</c>, <c>|</c> and
/// <c>!</c>.</summary>
/// <param name="description">The rule, as "at most 600 k cycles".</param>
/// <param name="holds">True for runs that keep it.</param>
/// <param name="found">What a run has instead, as "651 k cycles".</param>
public sealed class RunConstraint(string description, Func<RunResult, bool> holds, Func<RunResult, string> found) : Constraint
{
    /// <inheritdoc/>
    public override string Description => description;

    /// <inheritdoc/>
    public override ConstraintResult ApplyTo<TActual>(TActual actual) => actual is RunResult run
        ? new Result(this, run, holds(run), $"{found(run)} ({run.Profile}, {run.Label()})")
        : throw new ArgumentException($"A {nameof(RunResult)} is expected.", nameof(actual));

    private sealed class Result(Constraint rule, RunResult run, bool holds, string found) : ConstraintResult(rule, run, holds)
    {
        public override void WriteActualValueTo(MessageWriter writer) => writer.Write(found);
    }
}
