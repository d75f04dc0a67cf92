using System.Collections.Immutable;

namespace NpuSim.Workloads.Graphs.Ops;

/// <summary>√x; not a number below 0.</summary>
public sealed record Sqrt : UnaryFunction
{
    /// <inheritdoc/>
    public override string Name => "sqrt";

    /// <inheritdoc/>
    public override bool HasTable => false;

    /// <inheritdoc/>
    public override bool IsNonNegative => true;

    /// <inheritdoc/>
    public override double Of(double x) => Math.Sqrt(x);

    /// <inheritdoc/>
    public override double Slope(double x) => 0.5 / Math.Sqrt(x);

    internal override ImmutableArray<FunctionOperator> Operators => [new("Sqrt", 1, _ => this) { Consumes = true }];
}
