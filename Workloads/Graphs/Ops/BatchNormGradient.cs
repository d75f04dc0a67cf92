using System.Collections.Immutable;

namespace NpuSim.Workloads.Graphs.Ops;

/// <summary>
/// Gradient of a batch normalisation with fixed statistics with respect to x: dx = dy · γ / √(variance + ε). Operands: dy [...,
/// C], γ [C], variance [C]; result [..., C].
/// </summary>
/// <param name="Epsilon">Added to the variance.</param>
public sealed record BatchNormGradient(double Epsilon) : Op
{
    /// <inheritdoc/>
    public override string Name => "batchnorm-gradient";

    /// <inheritdoc/>
    public override bool InPlace => true;

    /// <inheritdoc/>
    public override Shape Infer(ImmutableArray<Shape> inputs) =>
        inputs[1] == [inputs[0][^1]] && inputs[2] == inputs[1]
            ? inputs[0]
            : throw new GraphException($"{Name} takes dy [..., C], gamma [C] and variance [C]; got {string.Join(", ", inputs)}.");
}
