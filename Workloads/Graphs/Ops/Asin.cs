using System.Collections.Immutable;

namespace NpuSim.Workloads.Graphs.Ops;

/// <summary>Angle whose sine is x; no number beyond −1..1.</summary>
public sealed record Asin : UnaryFunction
{
    /// <inheritdoc/>
    public override string Name => "asin";

    /// <inheritdoc/>
    public override bool HasTable => false;

    /// <inheritdoc/>
    public override double Of(double x) => Math.Asin(x);

    /// <inheritdoc/>
    public override double Slope(double x) => 1 / Math.Sqrt(1 - (x * x));

    internal override ImmutableArray<FunctionOperator> Operators => [new("Asin", 7, _ => new Asin())];
}
