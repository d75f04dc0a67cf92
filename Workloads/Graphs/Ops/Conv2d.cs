using System.Collections.Immutable;

namespace NpuSim.Workloads.Graphs.Ops;

/// <summary>
/// Convolution of images: y[b, i, j, o] = Σ x[b, i·stride + u·dilation − top, j·stride + v·dilation − left, c] · w[o, u, v, c] +
/// b[o], zero outside the image. Operands: x [B, H, W, C], w [O, KH, KW, C / groups], optionally b [O]; result [B, OH, OW, O].
/// Group g of the filters sees group g of the channels; groups = C is a depthwise convolution.
/// </summary>
/// <param name="Stride">Step between windows, at least 1 on each axis.</param>
/// <param name="Padding">Rows and columns of zeros around the image.</param>
/// <param name="Groups">Groups of channels that do not mix; divides C and O.</param>
/// <param name="Dilation">Pixels from one element of a filter to the next, at least 1 on each axis.</param>
public sealed record Conv2d(Stride Stride = default, Padding Padding = default, int Groups = 1, Stride Dilation = default) : Op
{
    /// <inheritdoc/>
    public override string Name => "conv2d";

    /// <inheritdoc/>
    public override Shape Infer(ImmutableArray<Shape> inputs)
    {
        Window window = WindowOf(inputs[0], inputs[1]);
        if (inputs.Length > 2 && inputs[2] != [window.OutputChannels])
            throw new GraphException(
                $"conv2d with {window.OutputChannels} filters takes b [{window.OutputChannels}]; got {inputs[2]}.");
        return [window.Batch, window.OutputHeight, window.OutputWidth, window.OutputChannels];
    }

    /// <summary>The geometry for these operands.</summary>
    /// <param name="x">Images [B, H, W, C].</param>
    /// <param name="w">Filters [O, KH, KW, C / groups].</param>
    /// <exception cref="GraphException">They do not fit.</exception>
    public Window WindowOf(Shape x, Shape w)
    {
        if (Groups < 1 || x.Rank != 4 || w.Rank != 4 || (long)w[3] * Groups != x[3] || w[0] % Groups != 0)
        {
            throw new GraphException(
                $"conv2d with {Groups} group(s) takes x [B, H, W, C] and w [O, KH, KW, C/groups], groups dividing O; "
                + $"got {x} and {w}.");
        }

        return Windows.Over(Name, x, w[1], w[2], w[0], Stride, Padding, Groups, Dilation);
    }

    /// <inheritdoc/>
    public override Contraction? AsContraction(ImmutableArray<Shape> inputs)
    {
        Window w = WindowOf(inputs[0], inputs[1]);
        return new(KindOf(w), Groups, w.Pixels, w.OutputChannels / Groups, w.PatchLength, w);
    }

    /// <summary>dx and dw by the two gradient operations; db = Σ dy over images and pixels.</summary>
    public override Value? Differentiate(GraphBuilder graph, Node node, Value gradient, int input)
    {
        Value x = node.Inputs[0], w = node.Inputs[1];
        string name = $"d {node.Inputs[input].Name}";
        return input switch
        {
            0 => graph.Apply(name, new Conv2dInputGradient(this, x.Shape), gradient, w),
            1 => graph.Apply(name, new Conv2dWeightGradient(this, w.Shape), gradient, x),
            _ => graph.Apply(name, new SumTo(node.Inputs[2].Shape), gradient),
        };
    }

    /// <summary>ẏ = ẋ ∗ w + x ∗ ẇ + ḃ.</summary>
    public override Value? Tangent(GraphBuilder graph, Node node, ImmutableArray<Value?> tangents) =>
        Tangents.Layer(graph, node, tangents);

    internal static ContractionKind KindOf(Window w) =>
        w.Groups > 1 && w.Groups == w.InputChannels ? ContractionKind.Depthwise
        : w.KernelHeight == 1 && w.KernelWidth == 1 ? ContractionKind.Pointwise
        : ContractionKind.Convolution;
}
