using System.Collections.Immutable;

namespace NpuSim.Workloads.Graphs.Ops;

/// <summary>dx = dy where 0 &lt; y &lt; ceiling, else 0. Operands: dy, and y, the rectifier's result. Result of their
/// shape.</summary>
/// <param name="Ceiling">Greatest result of the rectifier; +∞: none.</param>
public sealed record ReluGradient(double Ceiling = double.PositiveInfinity) : Op
{
    /// <inheritdoc/>
    public override string Name => "relu-gradient";

    /// <inheritdoc/>
    public override bool InPlace => true;

    /// <inheritdoc/>
    public override Shape Infer(ImmutableArray<Shape> inputs) =>
        inputs[0] == inputs[1]
            ? inputs[0]
            : throw new GraphException($"{Name} takes two operands of one shape; got {inputs[0]} and {inputs[1]}.");
}
