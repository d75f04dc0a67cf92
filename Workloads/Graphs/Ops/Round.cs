using System.Collections.Immutable;

namespace NpuSim.Workloads.Graphs.Ops;

/// <summary>The nearest whole number; halves go to the even one.</summary>
public sealed record Round : UnaryFunction
{
    /// <inheritdoc/>
    public override string Name => "round";

    /// <inheritdoc/>
    public override bool HasTable => false;

    /// <inheritdoc/>
    public override double Of(double x) => Math.Round(x, MidpointRounding.ToEven);

    /// <inheritdoc/>
    public override double Slope(double x) => 0;

    internal override ImmutableArray<FunctionOperator> Operators => [new("Round", 11, _ => this)];
}
