using System.Collections.Immutable;

namespace NpuSim.Workloads.Graphs.Ops;

/// <summary>Gradient of a function of each element: dy · f′(x). Operands: dy and x of one shape; result of that shape.</summary>
/// <param name="Function">The function differentiated.</param>
public sealed record UnaryGradient(UnaryFunction Function) : Op
{
    /// <inheritdoc/>
    public override string Name => $"{Function.Name}-gradient";

    /// <inheritdoc/>
    public override bool InPlace => true;

    /// <inheritdoc/>
    public override Shape Infer(ImmutableArray<Shape> inputs) => inputs[0] == inputs[1]
        ? inputs[0]
        : throw new GraphException($"{Name} takes dy and x of one shape; got {inputs[0]} and {inputs[1]}.");
}
