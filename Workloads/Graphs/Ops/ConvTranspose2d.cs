using System.Collections.Immutable;

namespace NpuSim.Workloads.Graphs.Ops;

/// <summary>
/// Transposed convolution: every pixel spreads over a window of the result, y = Σ x · w over the windows that hold the pixel,
/// which is what a convolution's gradient does. Operands: x [B, H, W, O], w [O, KH, KW, C / groups]; result [B, OH, OW, C] with
/// OH = (H − 1) · stride + (KH − 1) · dilation + 1 − top − bottom + extra rows, columns likewise.
/// </summary>
/// <param name="Stride">Pixels of the result between windows, at least 1 on each axis.</param>
/// <param name="Padding">Rows and columns cut off the result.</param>
/// <param name="Groups">Groups of channels that do not mix; divides O.</param>
/// <param name="Dilation">Pixels of the result from one element of a filter to the next.</param>
/// <param name="ExtraRows">Rows added below, fewer than the stride.</param>
/// <param name="ExtraColumns">Columns added to the right, fewer than the stride.</param>
public sealed record ConvTranspose2d(
    Stride Stride = default, Padding Padding = default, int Groups = 1, Stride Dilation = default, int ExtraRows = 0,
    int ExtraColumns = 0) : Op
{
    /// <summary>The convolution whose gradient this is: from the result's images to the operand's.</summary>
    public Conv2d Convolution => new(Stride, Padding, Groups, Dilation);

    /// <inheritdoc/>
    public override string Name => "conv2d-transpose";

    /// <inheritdoc/>
    public override Shape Infer(ImmutableArray<Shape> inputs)
    {
        Shape x = inputs[0], w = inputs[1];
        if (x.Rank != 4 || w.Rank != 4 || x[3] != w[0] || Groups < 1 || w[0] % Groups != 0
            || (uint)ExtraRows >= (uint)Stride.Rows || (uint)ExtraColumns >= (uint)Stride.Columns)
        {
            throw new GraphException(
                $"{Name} with {Groups} group(s), stride {Stride} and {ExtraRows} and {ExtraColumns} extra rows and columns takes "
                + $"x [B, H, W, O] and w [O, KH, KW, C/groups], groups dividing O, less extra than the stride; got {x} and {w}.");
        }

        checked
        {
            int height = ((x[1] - 1) * Stride.Rows)
                + Windows.Reach(w[1], Dilation.Rows) - Padding.Top - Padding.Bottom + ExtraRows;
            int width = ((x[2] - 1) * Stride.Columns)
                + Windows.Reach(w[2], Dilation.Columns) - Padding.Left - Padding.Right + ExtraColumns;
            Shape y = [x[0], height, width, w[3] * Groups];
            return Convolution.Infer([y, w]) == x
                ? y : throw new GraphException($"{Name}: no convolution of {y} with {w} gives {x}.");
        }
    }

    /// <summary>The geometry of <see cref="Convolution"/> for these operands.</summary>
    /// <exception cref="GraphException">They do not fit.</exception>
    public Window WindowOf(Shape x, Shape w) => Convolution.WindowOf(Infer([x, w]), w);

    /// <summary>The products x · w that spread each pixel over its window: [pixels, O] · [O, KH·KW·C] per group.</summary>
    public override Contraction? AsContraction(ImmutableArray<Shape> inputs)
    {
        Window w = WindowOf(inputs[0], inputs[1]);
        return new(Conv2d.KindOf(w), w.Groups, w.Pixels, w.PatchLength, w.OutputChannels / w.Groups, w);
    }

    /// <summary>dx = dy ∗ w; dw as that of the convolution, with x for its gradient and dy for its images.</summary>
    public override Value? Differentiate(GraphBuilder graph, Node node, Value gradient, int input)
    {
        string name = $"d {node.Inputs[input].Name}";
        return input == 0
            ? graph.Apply(name, Convolution, gradient, node.Inputs[1])
            : graph.Apply(name, new Conv2dWeightGradient(Convolution, node.Inputs[1].Shape), node.Inputs[0], gradient);
    }

    /// <summary>ẏ = the same of ẋ and w, and of x and ẇ.</summary>
    public override Value? Tangent(GraphBuilder graph, Node node, ImmutableArray<Value?> tangents) =>
        Tangents.Bilinear(graph, node, tangents);
}
