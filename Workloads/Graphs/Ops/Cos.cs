using System.Collections.Immutable;

namespace NpuSim.Workloads.Graphs.Ops;

/// <summary>The cosine of x in radians; |x| · 2⁻⁵³ off.</summary>
public sealed record Cos : UnaryFunction
{
    /// <inheritdoc/>
    public override string Name => "cos";

    /// <inheritdoc/>
    public override double Of(double x) => Elementary.CosPi(x / Math.PI);

    /// <inheritdoc/>
    public override double Slope(double x) => -Elementary.SinPi(x / Math.PI);

    internal override ImmutableArray<FunctionOperator> Operators => [new("Cos", 7, _ => this)];
}
