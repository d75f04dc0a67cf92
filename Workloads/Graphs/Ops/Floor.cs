using System.Collections.Immutable;

namespace NpuSim.Workloads.Graphs.Ops;

/// <summary>The greatest whole number that is not above x.</summary>
public sealed record Floor : UnaryFunction
{
    /// <inheritdoc/>
    public override string Name => "floor";

    /// <inheritdoc/>
    public override bool HasTable => false;

    /// <inheritdoc/>
    public override double Of(double x) => Math.Floor(x);

    /// <inheritdoc/>
    public override double Slope(double x) => 0;

    internal override ImmutableArray<FunctionOperator> Operators => [new("Floor", 1, _ => this) { Consumes = true }];
}
