using System.Collections.Immutable;

namespace NpuSim.Workloads.Graphs.Ops;

/// <summary>α · x.</summary>
/// <param name="Factor">α.</param>
public sealed record Scale(double Factor) : UnaryFunction
{
    /// <inheritdoc/>
    public override string Name => "scale";

    /// <inheritdoc/>
    public override double Of(double x) => Factor * x;

    /// <inheritdoc/>
    public override double Slope(double x) => Factor;

    internal override ImmutableArray<FunctionOperator> Operators => [new("Neg", 1, _ => new Scale(-1)) { Consumes = true }];
}
