using System.Collections.Immutable;

namespace NpuSim.Workloads.Graphs.Ops;

/// <summary>x / (1 + e^(−β·x)) (arXiv 1710.05941); with β = 1 also called SiLU.</summary>
/// <param name="Beta">How steep it is.</param>
public sealed record Swish(double Beta = 1) : UnaryFunction
{
    /// <inheritdoc/>
    public override string Name => "swish";

    /// <inheritdoc/>
    public override double Of(double x) => x * Sigmoid.At(Beta * x);

    /// <inheritdoc/>
    public override double Slope(double x)
    {
        double gate = Sigmoid.At(Beta * x);
        return gate + (Beta * x * gate * (1 - gate));
    }

    internal override ImmutableArray<FunctionOperator> Operators => [new("Swish", 24, a => new Swish(a[0]), ("alpha", 1f))];
}
