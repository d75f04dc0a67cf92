using System.Collections.Immutable;

namespace NpuSim.Workloads.Graphs.Ops;

/// <summary>|x|.</summary>
public sealed record Abs : UnaryFunction
{
    /// <inheritdoc/>
    public override string Name => "abs";

    /// <inheritdoc/>
    public override bool IsNonNegative => true;

    /// <inheritdoc/>
    public override double Of(double x) => Math.Abs(x);

    /// <inheritdoc/>
    public override double Slope(double x) => x < 0 ? -1 : x > 0 ? 1 : 0;

    internal override ImmutableArray<FunctionOperator> Operators => [new("Abs", 1, _ => this) { Consumes = true }];
}
