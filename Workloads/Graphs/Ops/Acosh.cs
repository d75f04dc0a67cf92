using System.Collections.Immutable;

namespace NpuSim.Workloads.Graphs.Ops;

/// <summary>Number whose hyperbolic cosine is x; no number below 1.</summary>
public sealed record Acosh : UnaryFunction
{
    /// <inheritdoc/>
    public override string Name => "acosh";

    /// <inheritdoc/>
    public override bool HasTable => false;

    /// <inheritdoc/>
    public override bool IsNonNegative => true;

    /// <inheritdoc/>
    public override double Of(double x) => Math.Acosh(x);

    /// <inheritdoc/>
    public override double Slope(double x) => 1 / Math.Sqrt((x * x) - 1);

    internal override ImmutableArray<FunctionOperator> Operators => [new("Acosh", 9, _ => new Acosh())];
}
