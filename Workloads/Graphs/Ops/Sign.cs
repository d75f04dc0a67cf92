using System.Collections.Immutable;

namespace NpuSim.Workloads.Graphs.Ops;

/// <summary>−1 below 0, 0 at 0, 1 above.</summary>
public sealed record Sign : UnaryFunction
{
    /// <inheritdoc/>
    public override string Name => "sign";

    /// <inheritdoc/>
    public override bool HasTable => false;

    /// <inheritdoc/>
    public override double Of(double x) => x < 0 ? -1 : x > 0 ? 1 : x;

    /// <inheritdoc/>
    public override double Slope(double x) => 0;

    internal override ImmutableArray<FunctionOperator> Operators => [new("Sign", 9, _ => this)];
}
