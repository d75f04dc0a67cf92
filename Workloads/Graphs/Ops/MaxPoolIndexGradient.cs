using System.Collections.Immutable;

namespace NpuSim.Workloads.Graphs.Ops;

/// <summary>
/// Gradient of a max pooling by where its largest pixels lie: these get the window's dy. Operands: dy [B, OH, OW, C] and the
/// indices of <see cref="MaxPoolIndex"/>; result dx [B, H, W, C].
/// </summary>
/// <param name="Pool">The pooling differentiated.</param>
/// <param name="Input">Shape of its images.</param>
public sealed record MaxPoolIndexGradient(MaxPool Pool, Shape Input) : Op
{
    /// <inheritdoc/>
    public override string Name => "max-pool-index-gradient";

    /// <inheritdoc/>
    public override Shape Infer(ImmutableArray<Shape> inputs) =>
        Pool.Infer([Input]) == inputs[0] && inputs[1] == inputs[0]
            ? Input
            : throw new GraphException($"{Name} for images {Input} does not take dy {inputs[0]} and indices {inputs[1]}.");
}
