using System.Collections.Immutable;

namespace NpuSim.Workloads.Graphs.Ops;

/// <summary>Number whose hyperbolic tangent is x; no number beyond −1..1.</summary>
public sealed record Atanh : UnaryFunction
{
    /// <inheritdoc/>
    public override string Name => "atanh";

    /// <inheritdoc/>
    public override bool HasTable => false;

    /// <inheritdoc/>
    public override double Of(double x) => Math.Atanh(x);

    /// <inheritdoc/>
    public override double Slope(double x) => 1 / (1 - (x * x));

    internal override ImmutableArray<FunctionOperator> Operators => [new("Atanh", 9, _ => new Atanh())];
}
