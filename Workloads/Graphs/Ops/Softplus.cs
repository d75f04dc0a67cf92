using System.Collections.Immutable;

namespace NpuSim.Workloads.Graphs.Ops;

/// <summary>ln(1 + eˣ).</summary>
public sealed record Softplus : UnaryFunction
{
    /// <inheritdoc/>
    public override string Name => "softplus";

    /// <inheritdoc/>
    public override bool IsNonNegative => true;

    /// <inheritdoc/>
    public override double Of(double x) => At(x);

    /// <inheritdoc/>
    public override double Slope(double x) => Sigmoid.At(x);

    internal override ImmutableArray<FunctionOperator> Operators => [new("Softplus", 1, _ => this)];

    // Without an exponential that overflows.
    internal static double At(double x) => Math.Max(x, 0) + Elementary.Log(1 + Elementary.Exp(-Math.Abs(x)));
}
