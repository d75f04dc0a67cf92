using System.Collections.Immutable;

namespace NpuSim.Workloads.Graphs.Ops;

/// <summary>Tangent of an angle in radians.</summary>
public sealed record Tan : UnaryFunction
{
    /// <inheritdoc/>
    public override string Name => "tan";

    /// <inheritdoc/>
    public override bool HasTable => false;

    /// <inheritdoc/>
    public override double Of(double x) => Math.Tan(x);

    /// <inheritdoc/>
    public override double Slope(double x) => 1 + (Math.Tan(x) * Math.Tan(x));

    internal override ImmutableArray<FunctionOperator> Operators => [new("Tan", 7, _ => new Tan())];
}
