using System.Collections.Immutable;

namespace NpuSim.Workloads.Graphs.Ops;

/// <summary>
/// Gradient of an average pooling: each pixel gets dy / (pixels of the window in the image) from every window that holds it.
/// Operand dy; result dx.
/// </summary>
/// <param name="Pool">The pooling differentiated.</param>
/// <param name="Input">Shape of its images.</param>
public sealed record AveragePoolGradient(AveragePool Pool, Shape Input) : Op
{
    /// <inheritdoc/>
    public override string Name => "average-pool-gradient";

    /// <inheritdoc/>
    public override Shape Infer(ImmutableArray<Shape> inputs) =>
        Pool.Infer([Input]) == inputs[0]
            ? Input
            : throw new GraphException($"{Name} for images {Input} does not take dy {inputs[0]}.");
}
