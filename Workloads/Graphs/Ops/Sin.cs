using System.Collections.Immutable;

namespace NpuSim.Workloads.Graphs.Ops;

/// <summary>The sine of x in radians; |x| · 2⁻⁵³ off.</summary>
public sealed record Sin : UnaryFunction
{
    /// <inheritdoc/>
    public override string Name => "sin";

    /// <inheritdoc/>
    public override double Of(double x) => Elementary.SinPi(x / Math.PI);

    /// <inheritdoc/>
    public override double Slope(double x) => Elementary.CosPi(x / Math.PI);

    internal override ImmutableArray<FunctionOperator> Operators => [new("Sin", 7, _ => this)];
}
