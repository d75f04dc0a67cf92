using System.Collections.Immutable;

namespace NpuSim.Workloads.Graphs.Ops;

/// <summary>1 where 0 &lt; x &lt; ceiling, else 0: all that the derivative of a rectifier needs of its result. Operand and result
/// of any shape.</summary>
/// <param name="Ceiling">Greatest result of the rectifier; +∞: none.</param>
public sealed record Positive(double Ceiling = double.PositiveInfinity) : Op
{
    /// <inheritdoc/>
    public override string Name => "positive";

    /// <inheritdoc/>
    public override Shape Infer(ImmutableArray<Shape> inputs) => inputs[0];
}
