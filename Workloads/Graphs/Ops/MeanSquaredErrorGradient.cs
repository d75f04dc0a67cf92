using System.Collections.Immutable;

namespace NpuSim.Workloads.Graphs.Ops;

/// <summary>
/// Gradient of the mean squared error: dy · 2/n · (x − target). Operands: x, target, dy [1]; result of x's shape.
/// </summary>
public sealed record MeanSquaredErrorGradient : Op
{
    /// <inheritdoc/>
    public override string Name => "mean-squared-error-gradient";

    /// <inheritdoc/>
    public override Shape Infer(ImmutableArray<Shape> inputs) =>
        new MeanSquaredError().Infer(inputs) == inputs[2]
            ? inputs[0]
            : throw new GraphException($"{Name} takes dy [1]; got {inputs[2]}.");
}
