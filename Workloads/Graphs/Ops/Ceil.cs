using System.Collections.Immutable;

namespace NpuSim.Workloads.Graphs.Ops;

/// <summary>The least whole number that is not below x.</summary>
public sealed record Ceil : UnaryFunction
{
    /// <inheritdoc/>
    public override string Name => "ceil";

    /// <inheritdoc/>
    public override bool HasTable => false;

    /// <inheritdoc/>
    public override double Of(double x) => Math.Ceiling(x);

    /// <inheritdoc/>
    public override double Slope(double x) => 0;

    internal override ImmutableArray<FunctionOperator> Operators => [new("Ceil", 1, _ => this) { Consumes = true }];
}
