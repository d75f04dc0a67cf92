using System.Collections.Immutable;

namespace NpuSim.Workloads.Graphs.Ops;

/// <summary>x · (x / 6 + 1/2 held within 0..1) (arXiv 1905.02244).</summary>
public sealed record HardSwish : UnaryFunction
{
    /// <inheritdoc/>
    public override string Name => "hardswish";

    /// <inheritdoc/>
    public override double Of(double x) => x * Clip.Held((x / 6) + 0.5, 0, 1);

    /// <inheritdoc/>
    public override double Slope(double x) => x <= -3 ? 0 : x >= 3 ? 1 : (x / 3) + 0.5;

    internal override ImmutableArray<FunctionOperator> Operators => [new("HardSwish", 14, _ => this)];
}
