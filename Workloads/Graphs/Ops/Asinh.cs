using System.Collections.Immutable;

namespace NpuSim.Workloads.Graphs.Ops;

/// <summary>The inverse of the hyperbolic sine.</summary>
public sealed record Asinh : UnaryFunction
{
    /// <inheritdoc/>
    public override string Name => "asinh";

    /// <inheritdoc/>
    public override double Of(double x) => Elementary.Asinh(x);

    /// <inheritdoc/>
    public override double Slope(double x) => 1 / Math.Sqrt((x * x) + 1);

    internal override ImmutableArray<FunctionOperator> Operators => [new("Asinh", 9, _ => this)];
}
