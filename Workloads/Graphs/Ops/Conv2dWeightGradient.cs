using System.Collections.Immutable;

namespace NpuSim.Workloads.Graphs.Ops;

/// <summary>
/// Gradient of a convolution with respect to its filters. Operands: dy [B, OH, OW, O], x [B, H, W, C]; result dw
/// [O, KH, KW, C / groups] = Σ dy · x over images and output pixels.
/// </summary>
/// <param name="Convolution">The convolution differentiated.</param>
/// <param name="Filters">Shape of its filters.</param>
public sealed record Conv2dWeightGradient(Conv2d Convolution, Shape Filters) : Op
{
    /// <inheritdoc/>
    public override string Name => "conv2d-weight-gradient";

    /// <inheritdoc/>
    public override Shape Infer(ImmutableArray<Shape> inputs) =>
        Convolution.Infer([inputs[1], Filters]) == inputs[0]
            ? Filters
            : throw new GraphException(
                $"{Name} for filters {Filters} takes the convolution's result and images; got {string.Join(" and ", inputs)}.");

    /// <summary>[O, pixels] · [pixels, KH·KW·C] per group.</summary>
    public override Contraction? AsContraction(ImmutableArray<Shape> inputs)
    {
        Window w = Convolution.WindowOf(inputs[1], Filters);
        return new(Conv2d.KindOf(w), w.Groups, w.OutputChannels / w.Groups, w.PatchLength, w.Pixels, w);
    }
}
