using System.Collections.Immutable;

namespace NpuSim.Workloads.Graphs.Ops;

/// <summary>
/// Forward derivative of a max pooling: ẋ at the first largest pixel of each window, row by row. Operands: ẋ [B, H, W, C], x [B,
/// H, W, C]; result [B, OH, OW, C].
/// </summary>
/// <param name="Pool">The pooling differentiated.</param>
public sealed record MaxPoolTangent(MaxPool Pool) : Op
{
    /// <inheritdoc/>
    public override string Name => "max-pool-tangent";

    /// <inheritdoc/>
    public override Shape Infer(ImmutableArray<Shape> inputs) =>
        inputs[0] == inputs[1]
            ? Pool.Infer([inputs[1]])
            : throw new GraphException($"{Name} for images {inputs[1]} does not take tangents {inputs[0]}.");
}
