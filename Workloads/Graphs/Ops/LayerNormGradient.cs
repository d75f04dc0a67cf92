using System.Collections.Immutable;

namespace NpuSim.Workloads.Graphs.Ops;

/// <summary>
/// Gradient of a layer normalisation with respect to x: with x̂ the normalised x and g = dy · γ, dx = (g − mean g − x̂ · mean(g ·
/// x̂)) / √(var x + ε) over the innermost axis. Operands: dy [..., C], x [..., C], γ [C]; result [..., C].
/// </summary>
/// <param name="Epsilon">Added to the variance.</param>
/// <param name="IsCentred">False: 0 stands for the mean of x, and nothing is subtracted for it.</param>
public sealed record LayerNormGradient(double Epsilon, bool IsCentred = true) : Op
{
    /// <inheritdoc/>
    public override string Name => IsCentred ? "layernorm-gradient" : "rmsnorm-gradient";

    /// <inheritdoc/>
    public override Shape Infer(ImmutableArray<Shape> inputs) =>
        inputs[0] == inputs[1] && inputs[2] == [inputs[0][^1]]
            ? inputs[0]
            : throw new GraphException($"{Name} takes dy [..., C], x [..., C] and gamma [C]; got {string.Join(", ", inputs)}.");
}
