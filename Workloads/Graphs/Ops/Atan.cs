using System.Collections.Immutable;

namespace NpuSim.Workloads.Graphs.Ops;

/// <summary>The inverse of the tangent.</summary>
public sealed record Atan : UnaryFunction
{
    /// <inheritdoc/>
    public override string Name => "atan";

    /// <inheritdoc/>
    public override double Of(double x) => Elementary.Atan(x);

    /// <inheritdoc/>
    public override double Slope(double x) => 1 / ((x * x) + 1);

    internal override ImmutableArray<FunctionOperator> Operators => [new("Atan", 7, _ => this)];
}
