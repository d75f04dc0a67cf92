using System.Collections.Immutable;

namespace NpuSim.Workloads.Graphs.Ops;

/// <summary>One number per window and channel. Operand [B, H, W, C]; result [B, OH, OW, C].</summary>
/// <param name="Height">Rows of the window.</param>
/// <param name="Width">Columns of the window.</param>
/// <param name="Stride">Step between windows on both axes, at least 1.</param>
/// <param name="Padding">Rows and columns around the image, which count for nothing; each less than the window.</param>
public abstract record Pool(int Height, int Width, int Stride, Padding Padding) : Op
{
    /// <summary>The geometry on these images; filters and groups are the channels.</summary>
    /// <exception cref="GraphException">They do not fit.</exception>
    public Window WindowOf(Shape x)
    {
        if (Math.Max(Padding.Top, Padding.Bottom) >= Height || Math.Max(Padding.Left, Padding.Right) >= Width)
            throw new GraphException($"{Name} with padding {Padding} would leave a {Height}×{Width} window without a pixel.");
        return Windows.Over(Name, x, Height, Width, x[^1], Stride, Padding, x[^1]);
    }

    /// <inheritdoc/>
    public override Shape Infer(ImmutableArray<Shape> inputs)
    {
        Window w = WindowOf(inputs[0]);
        return [w.Batch, w.OutputHeight, w.OutputWidth, w.OutputChannels];
    }
}
