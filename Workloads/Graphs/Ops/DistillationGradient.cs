using System.Collections.Immutable;

namespace NpuSim.Workloads.Graphs.Ops;

/// <summary>
/// Gradient of <see cref="Distillation"/> with respect to the logits. Operands: logits [B, C], labels [B], the teacher's logits
/// [B, C], dy [1]; result [B, C].
/// </summary>
/// <param name="Loss">The loss.</param>
public sealed record DistillationGradient(Distillation Loss) : Op
{
    /// <inheritdoc/>
    public override string Name => "distillation-gradient";

    /// <inheritdoc/>
    public override Shape Infer(ImmutableArray<Shape> inputs) =>
        Loss.Infer(inputs) == inputs[3]
            ? inputs[0]
            : throw new GraphException($"{Name} takes dy [1]; got {inputs[3]}.");
}
