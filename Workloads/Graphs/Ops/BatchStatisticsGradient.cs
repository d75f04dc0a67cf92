using System.Collections.Immutable;

namespace NpuSim.Workloads.Graphs.Ops;

/// <summary>
/// Gradient of a batch normalisation with batch statistics with respect to x: with x̂ the normalised x and means over all axes
/// but the channels', dx = (dy − mean dy − x̂ · mean(dy · x̂)) · γ / √(var x + ε). Operands: dy [..., C], x [..., C], γ [C];
/// result [..., C].
/// </summary>
/// <param name="Epsilon">Added to the variance.</param>
public sealed record BatchStatisticsGradient(double Epsilon) : Op
{
    /// <inheritdoc/>
    public override string Name => "batch-statistics-gradient";

    /// <inheritdoc/>
    public override Shape Infer(ImmutableArray<Shape> inputs) =>
        inputs[0] == inputs[1] && inputs[2] == [inputs[0][^1]]
            ? inputs[0]
            : throw new GraphException($"{Name} takes dy [..., C], x [..., C] and gamma [C]; got {string.Join(", ", inputs)}.");
}
