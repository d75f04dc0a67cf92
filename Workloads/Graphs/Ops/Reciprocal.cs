using System.Collections.Immutable;

namespace NpuSim.Workloads.Graphs.Ops;

/// <summary>1 / x.</summary>
public sealed record Reciprocal : UnaryFunction
{
    /// <inheritdoc/>
    public override string Name => "reciprocal";

    /// <inheritdoc/>
    public override bool HasTable => false;

    /// <inheritdoc/>
    public override double Of(double x) => 1 / x;

    /// <inheritdoc/>
    public override double Slope(double x) => -1 / (x * x);

    internal override ImmutableArray<FunctionOperator> Operators => [new("Reciprocal", 1, _ => this) { Consumes = true }];
}
