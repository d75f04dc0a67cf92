using System.Collections.Immutable;

namespace NpuSim.Workloads.Graphs.Ops;

/// <summary>
/// Gradient of a convolution with respect to its images. Operands: dy [B, OH, OW, O], w [O, KH, KW, C / groups]; result dx
/// [B, H, W, C] = Σ dy · w over the windows that hold the pixel.
/// </summary>
/// <param name="Convolution">The convolution differentiated.</param>
/// <param name="Input">Shape of its images.</param>
public sealed record Conv2dInputGradient(Conv2d Convolution, Shape Input) : Op
{
    /// <inheritdoc/>
    public override string Name => "conv2d-input-gradient";

    /// <inheritdoc/>
    public override Shape Infer(ImmutableArray<Shape> inputs) =>
        Convolution.Infer([Input, inputs[1]]) == inputs[0]
            ? Input
            : throw new GraphException(
                $"{Name} for images {Input} takes the convolution's result and filters; got {string.Join(" and ", inputs)}.");

    /// <summary>The geometry of the convolution with filters of this shape.</summary>
    public Window Window(Shape filters) => Convolution.WindowOf(Input, filters);

    /// <summary>
    /// The products dy · w that spread each output pixel over its window: [pixels, O] · [O, KH·KW·C] per group.
    /// </summary>
    public override Contraction? AsContraction(ImmutableArray<Shape> inputs)
    {
        Window w = Window(inputs[1]);
        return new(Conv2d.KindOf(w), w.Groups, w.Pixels, w.PatchLength, w.OutputChannels / w.Groups, w);
    }
}
