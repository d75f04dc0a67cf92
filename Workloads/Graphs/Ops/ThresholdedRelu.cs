using System.Collections.Immutable;

namespace NpuSim.Workloads.Graphs.Ops;

/// <summary>x above a threshold, otherwise 0.</summary>
/// <param name="Threshold">Where it jumps.</param>
public sealed record ThresholdedRelu(double Threshold) : UnaryFunction
{
    /// <inheritdoc/>
    public override string Name => "thresholdedrelu";

    /// <inheritdoc/>
    public override bool HasTable => false;

    /// <inheritdoc/>
    public override bool IsNonNegative => Threshold >= 0;

    /// <inheritdoc/>
    public override double Of(double x) => x <= Threshold ? 0 : x;

    /// <inheritdoc/>
    public override double Slope(double x) => x <= Threshold ? 0 : 1;

    internal override ImmutableArray<FunctionOperator> Operators =>
        [new("ThresholdedRelu", 10, a => new ThresholdedRelu(a[0]), ("alpha", 1f))];
}
