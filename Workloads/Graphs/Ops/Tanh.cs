using System.Collections.Immutable;

namespace NpuSim.Workloads.Graphs.Ops;

/// <summary>The hyperbolic tangent.</summary>
public sealed record Tanh : UnaryFunction
{
    /// <inheritdoc/>
    public override string Name => "tanh";

    /// <inheritdoc/>
    public override double Of(double x) => Elementary.Tanh(x);

    /// <inheritdoc/>
    public override double Slope(double x) => 1 - (Elementary.Tanh(x) * Elementary.Tanh(x));

    internal override ImmutableArray<FunctionOperator> Operators => [new("Tanh", 1, _ => this) { Consumes = true }];
}
