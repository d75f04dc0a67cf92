using System.Collections.Immutable;

namespace NpuSim.Workloads.Graphs.Ops;

/// <summary>0 from −threshold to threshold; what is further off comes closer by a bias.</summary>
/// <param name="Threshold">What is no further from 0 becomes 0.</param>
/// <param name="Bias">How much closer to 0 the rest comes.</param>
public sealed record Shrink(double Threshold, double Bias) : UnaryFunction
{
    /// <inheritdoc/>
    public override string Name => "shrink";

    /// <inheritdoc/>
    public override bool HasTable => false;

    /// <inheritdoc/>
    public override double Of(double x) => x < -Threshold ? x + Bias : x > Threshold ? x - Bias : 0;

    /// <inheritdoc/>
    public override double Slope(double x) => Math.Abs(x) > Threshold ? 1 : 0;

    internal override ImmutableArray<FunctionOperator> Operators =>
        [new("Shrink", 9, a => new Shrink(a[0], a[1]), ("lambd", 0.5f), ("bias", 0f))];
}
