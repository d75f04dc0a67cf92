using System.Collections.Immutable;

namespace NpuSim.Workloads.Graphs.Ops;

/// <summary>One number per window and channel. Operand [B, H, W, C]; result [B, OH, OW, C].</summary>
/// <param name="Height">Rows of the window.</param>
/// <param name="Width">Columns of the window.</param>
/// <param name="Stride">Step between windows, at least 1 on each axis.</param>
/// <param name="Padding">Rows and columns around the image, which count for nothing; every window keeps a pixel of the
/// image.</param>
/// <param name="Dilation">Pixels from one element of the window to the next, at least 1 on each axis.</param>
public abstract record Pool(int Height, int Width, Stride Stride, Padding Padding, Stride Dilation) : Op
{
    /// <summary>The geometry on these images; filters and groups are the channels.</summary>
    /// <exception cref="GraphException">They do not fit.</exception>
    public Window WindowOf(Shape x)
    {
        Window window = Windows.Over(Name, x, Height, Width, x[^1], Stride, Padding, x[^1], Dilation);
        return Meets(Padding.Top, Stride.Rows, window.OutputHeight, Height, Dilation.Rows, x[1])
            && Meets(Padding.Left, Stride.Columns, window.OutputWidth, Width, Dilation.Columns, x[2])
                ? window : throw new GraphException(
                    $"{Name} with padding {Padding} would leave a {Height}×{Width} window without a pixel.");
    }

    /// <inheritdoc/>
    public override Shape Infer(ImmutableArray<Shape> inputs)
    {
        Window w = WindowOf(inputs[0]);
        return [w.Batch, w.OutputHeight, w.OutputWidth, w.OutputChannels];
    }

    // Every window has an element in the image: those that begin before it, and the last.
    private static bool Meets(int before, int stride, int windows, int kernel, int dilation, int size)
    {
        for (int first = -before; first < 0; first += stride)
        {
            int inside = first + ((-first + dilation - 1) / dilation * dilation);
            if (inside >= size || inside > first + ((kernel - 1) * dilation))
                return false;
        }

        return ((windows - 1) * stride) - before < size;
    }
}
