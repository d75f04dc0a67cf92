using System.Collections.Immutable;

namespace NpuSim.Workloads.Graphs.Ops;

/// <summary>The hyperbolic sine.</summary>
public sealed record Sinh : UnaryFunction
{
    /// <inheritdoc/>
    public override string Name => "sinh";

    /// <inheritdoc/>
    public override double Of(double x) => Elementary.Sinh(x);

    /// <inheritdoc/>
    public override double Slope(double x) => (Elementary.Exp(x) + Elementary.Exp(-x)) / 2;

    internal override ImmutableArray<FunctionOperator> Operators => [new("Sinh", 9, _ => this)];
}
