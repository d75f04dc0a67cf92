using System.Collections.Immutable;

namespace NpuSim.Workloads.Graphs.Ops;

/// <summary>x; below 0 α · (e^(x/α) − 1) (arXiv 1704.07483).</summary>
/// <param name="Alpha">−α is what it falls to.</param>
public sealed record Celu(double Alpha) : UnaryFunction
{
    /// <inheritdoc/>
    public override string Name => "celu";

    /// <inheritdoc/>
    public override double Of(double x) => x < 0 ? Alpha * Elu.LessOne(x / Alpha) : x;

    /// <inheritdoc/>
    public override double Slope(double x) => x < 0 ? Elementary.Exp(x / Alpha) : 1;

    internal override ImmutableArray<FunctionOperator> Operators => [new("Celu", 12, a => new Celu(a[0]), ("alpha", 1f))];
}
