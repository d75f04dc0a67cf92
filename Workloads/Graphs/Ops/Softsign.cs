using System.Collections.Immutable;

namespace NpuSim.Workloads.Graphs.Ops;

/// <summary>x / (1 + |x|).</summary>
public sealed record Softsign : UnaryFunction
{
    /// <inheritdoc/>
    public override string Name => "softsign";

    /// <inheritdoc/>
    public override double Of(double x) => x / (1 + Math.Abs(x));

    /// <inheritdoc/>
    public override double Slope(double x) => 1 / ((1 + Math.Abs(x)) * (1 + Math.Abs(x)));

    internal override ImmutableArray<FunctionOperator> Operators => [new("Softsign", 1, _ => this)];
}
