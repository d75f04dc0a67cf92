using System.Collections.Immutable;

namespace NpuSim.Workloads.Graphs.Ops;

/// <summary>
/// Gradient of a batch normalisation with respect to γ: Σ dy · x̂ over all axes but the channels'. Operands: dy [..., C], x [...,
/// C] and, where the statistics are not the batch's own, mean [C] and variance [C]; result [C].
/// </summary>
/// <param name="Epsilon">Added to the variance.</param>
public sealed record BatchNormScaleGradient(double Epsilon) : Op
{
    /// <inheritdoc/>
    public override string Name => "batchnorm-scale-gradient";

    /// <inheritdoc/>
    public override Shape Infer(ImmutableArray<Shape> inputs)
    {
        Shape channels = [inputs[0][^1]];
        return inputs[0] == inputs[1] && inputs.Length is 2 or 4 && inputs.Skip(2).All(i => i == channels)
            ? channels
            : throw new GraphException(
                $"{Name} takes dy and x [..., C], optionally mean [C] and variance [C]; got {string.Join(", ", inputs)}.");
    }
}
