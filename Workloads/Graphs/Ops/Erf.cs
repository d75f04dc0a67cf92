using System.Collections.Immutable;

namespace NpuSim.Workloads.Graphs.Ops;

/// <summary>The error function.</summary>
public sealed record Erf : UnaryFunction
{
    /// <inheritdoc/>
    public override string Name => "erf";

    /// <inheritdoc/>
    public override double Of(double x) => Elementary.Erf(x);

    /// <inheritdoc/>
    public override double Slope(double x) => 2 / Math.Sqrt(Math.PI) * Elementary.Exp(-x * x);

    internal override ImmutableArray<FunctionOperator> Operators => [new("Erf", 9, _ => this)];
}
