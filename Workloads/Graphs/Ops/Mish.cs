using System.Collections.Immutable;

namespace NpuSim.Workloads.Graphs.Ops;

/// <summary>x · tanh(ln(1 + eˣ)) (arXiv 1908.08681).</summary>
public sealed record Mish : UnaryFunction
{
    /// <inheritdoc/>
    public override string Name => "mish";

    /// <inheritdoc/>
    public override double Of(double x) => x * Elementary.Tanh(Softplus.At(x));

    /// <inheritdoc/>
    public override double Slope(double x)
    {
        double tanh = Elementary.Tanh(Softplus.At(x));
        return tanh + (x * (1 - (tanh * tanh)) * Sigmoid.At(x));
    }

    internal override ImmutableArray<FunctionOperator> Operators => [new("Mish", 18, _ => this)];
}
