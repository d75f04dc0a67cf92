using System.Collections.Immutable;

namespace NpuSim.Workloads.Graphs.Ops;

/// <summary>
/// Gradient of a max pooling: the first largest pixel of each window, row by row, gets the window's dy. Operands: dy [B, OH, OW,
/// C], x [B, H, W, C]; result dx [B, H, W, C].
/// </summary>
/// <param name="Pool">The pooling differentiated.</param>
public sealed record MaxPoolGradient(MaxPool Pool) : Op
{
    /// <inheritdoc/>
    public override string Name => "max-pool-gradient";

    /// <inheritdoc/>
    public override Shape Infer(ImmutableArray<Shape> inputs) =>
        Pool.Infer([inputs[1]]) == inputs[0]
            ? inputs[1]
            : throw new GraphException($"{Name} for images {inputs[1]} does not take dy {inputs[0]}.");
}
