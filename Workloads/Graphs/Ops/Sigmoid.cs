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
    public override double Slope(double x) => At(x) * (1 - At(x));

    internal override ImmutableArray<FunctionOperator> Operators => [new("Sigmoid", 1, _ => this) { Consumes = true }];

    // Without an exponential that overflows.
    internal static double At(double x) =>
        x >= 0 ? 1 / (1 + Elementary.Exp(-x)) : Elementary.Exp(x) / (1 + Elementary.Exp(x));
}
