using System.Collections.Immutable;

namespace NpuSim.Workloads.Graphs.Ops;

/// <summary>
/// Gradient of a layer normalisation with respect to γ: Σ dy · x̂ over all rows. Operands: dy [..., C], x [..., C]; result [C].
/// </summary>
/// <param name="Epsilon">Added to the variance.</param>
/// <param name="IsCentred">False: 0 stands for the mean of x, and nothing is subtracted for it.</param>
public sealed record LayerNormScaleGradient(double Epsilon, bool IsCentred = true) : Op
{
    /// <inheritdoc/>
    public override string Name => IsCentred ? "layernorm-scale-gradient" : "rmsnorm-scale-gradient";

    /// <inheritdoc/>
    public override Shape Infer(ImmutableArray<Shape> inputs) =>
        inputs[0] == inputs[1]
            ? [inputs[0][^1]]
            : throw new GraphException($"{Name} takes dy and x of one shape; got {inputs[0]} and {inputs[1]}.");
}
