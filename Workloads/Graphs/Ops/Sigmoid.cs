using System.Collections.Immutable;

namespace NpuSim.Workloads.Graphs.Ops;

/// <summary>1 / (1 + e⁻ˣ).</summary>
public sealed record Sigmoid : UnaryFunction
{
    /// <inheritdoc/>
    public override string Name => "sigmoid";

    /// <inheritdoc/>
    public override bool IsNonNegative => true;

    /// <inheritdoc/>
    public override double Of(double x) => At(x);

    /// <inheritdoc/>
    public override double Slope(double x)
    {
        double y = At(x);
        return y * (1 - y);
    }

    internal override ImmutableArray<FunctionOperator> Operators => [new("Sigmoid", 1, _ => this) { Consumes = true }];

    // Without an exponential that overflows.
    internal static double At(double x)
    {
        double small = Elementary.Exp(-Math.Abs(x));
        return (x >= 0 ? 1 : small) / (1 + small);
    }
}
