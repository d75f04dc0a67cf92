using System.Collections.Immutable;

namespace NpuSim.Workloads.Graphs.Ops;

/// <summary>eˣ.</summary>
public sealed record Exp : UnaryFunction
{
    /// <inheritdoc/>
    public override string Name => "exp";

    /// <inheritdoc/>
    public override bool IsNonNegative => true;

    /// <inheritdoc/>
    public override double Of(double x) => Elementary.Exp(x);

    /// <inheritdoc/>
    public override double Slope(double x) => Elementary.Exp(x);

    internal override ImmutableArray<FunctionOperator> Operators => [new("Exp", 1, _ => this) { Consumes = true }];
}
