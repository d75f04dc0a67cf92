using System.Collections.Immutable;

namespace NpuSim.Workloads.Graphs.Ops;

/// <summary>
/// dx = dy · (Φ(x) + x · φ(x)), φ the density of the standard normal distribution and Φ its integral. Operands: dy, x. Result of
/// their shape.
/// </summary>
public sealed record GeluGradient : Op
{
    /// <inheritdoc/>
    public override string Name => "gelu-gradient";

    /// <inheritdoc/>
    public override bool InPlace => true;

    /// <inheritdoc/>
    public override Shape Infer(ImmutableArray<Shape> inputs) =>
        inputs[0] == inputs[1]
            ? inputs[0]
            : throw new GraphException($"{Name} takes two operands of one shape; got {inputs[0]} and {inputs[1]}.");
}
