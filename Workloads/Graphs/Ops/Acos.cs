using System.Collections.Immutable;

namespace NpuSim.Workloads.Graphs.Ops;

/// <summary>Angle whose cosine is x; no number beyond −1..1.</summary>
public sealed record Acos : UnaryFunction
{
    /// <inheritdoc/>
    public override string Name => "acos";

    /// <inheritdoc/>
    public override bool HasTable => false;

    /// <inheritdoc/>
    public override bool IsNonNegative => true;

    /// <inheritdoc/>
    public override double Of(double x) => Math.Acos(x);

    /// <inheritdoc/>
    public override double Slope(double x) => -1 / Math.Sqrt(1 - (x * x));

    internal override ImmutableArray<FunctionOperator> Operators => [new("Acos", 7, _ => new Acos())];
}
