using System.Collections.Immutable;

namespace NpuSim.Workloads.Graphs.Ops;

/// <summary>
/// Where in its window the first largest pixel lies, row by row from 0 and padding counted: all that the derivative of a max
/// pooling needs of its images. −1 where the maximum is not a number. Operand x [B, H, W, C]; result [B, OH, OW, C].
/// </summary>
/// <param name="Pool">The pooling.</param>
public sealed record MaxPoolIndex(MaxPool Pool) : Op
{
    /// <inheritdoc/>
    public override string Name => "max-pool-index";

    /// <inheritdoc/>
    public override Shape Infer(ImmutableArray<Shape> inputs) => Pool.Infer(inputs);
}
