using System.Collections.Immutable;

namespace NpuSim.Workloads.Graphs.Ops;

/// <summary>
/// Gradient of the mean cross-entropy: dy / B · (softmax(logits) − one-hot(labels)). Operands: logits [B, C], labels [B], dy [1];
/// result [B, C].
/// </summary>
public sealed record CrossEntropyGradient : Op
{
    /// <inheritdoc/>
    public override string Name => "cross-entropy-gradient";

    /// <inheritdoc/>
    public override Shape Infer(ImmutableArray<Shape> inputs) =>
        new CrossEntropy().Infer(inputs) == inputs[2]
            ? inputs[0]
            : throw new GraphException($"{Name} takes dy [1]; got {inputs[2]}.");
}
