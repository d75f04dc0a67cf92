using System.Collections.Immutable;

namespace NpuSim.Workloads.Graphs.Ops;

/// <summary>The hyperbolic cosine.</summary>
public sealed record Cosh : UnaryFunction
{
    /// <inheritdoc/>
    public override string Name => "cosh";

    /// <inheritdoc/>
    public override bool IsNonNegative => true;

    /// <inheritdoc/>
    public override double Of(double x) => (Elementary.Exp(x) + Elementary.Exp(-x)) / 2;

    /// <inheritdoc/>
    public override double Slope(double x) => Elementary.Sinh(x);

    internal override ImmutableArray<FunctionOperator> Operators => [new("Cosh", 9, _ => this)];
}
