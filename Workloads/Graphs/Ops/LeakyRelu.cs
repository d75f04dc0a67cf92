using System.Collections.Immutable;

namespace NpuSim.Workloads.Graphs.Ops;

/// <summary>x; below 0 α · x.</summary>
/// <param name="Alpha">Slope below 0.</param>
public sealed record LeakyRelu(double Alpha) : UnaryFunction
{
    /// <inheritdoc/>
    public override string Name => "leakyrelu";

    /// <inheritdoc/>
    public override double Of(double x) => x < 0 ? Alpha * x : x;

    /// <inheritdoc/>
    public override double Slope(double x) => x < 0 ? Alpha : 1;

    internal override ImmutableArray<FunctionOperator> Operators =>
        [new("LeakyRelu", 1, a => new LeakyRelu(a[0]), ("alpha", 0.01f)) { Consumes = true }];
}
