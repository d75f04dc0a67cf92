using System.Collections.Immutable;

namespace NpuSim.Workloads.Graphs.Ops;

/// <summary>
/// dxᵢ = yᵢ · (dyᵢ − Σ dyⱼ · yⱼ) over the innermost axis. Operands: dy, and y, the softmax's result. Result of their shape.
/// </summary>
public sealed record SoftmaxGradient : Op
{
    /// <inheritdoc/>
    public override string Name => "softmax-gradient";

    /// <inheritdoc/>
    public override bool InPlace => true;

    /// <inheritdoc/>
    public override Shape Infer(ImmutableArray<Shape> inputs) =>
        inputs[0] == inputs[1]
            ? inputs[0]
            : throw new GraphException($"{Name} takes two operands of one shape; got {inputs[0]} and {inputs[1]}.");
}
