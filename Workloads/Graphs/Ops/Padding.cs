namespace NpuSim.Workloads.Graphs.Ops;

/// <summary>Rows and columns added around an image.</summary>
/// <param name="Top">Rows above, at least 0.</param>
/// <param name="Left">Columns to the left, at least 0.</param>
/// <param name="Bottom">Rows below, at least 0.</param>
/// <param name="Right">Columns to the right, at least 0.</param>
public readonly record struct Padding(int Top, int Left, int Bottom, int Right)
{
    /// <summary>The same on all four sides.</summary>
    public static Padding Even(int size) => new(size, size, size, size);

    /// <summary>
    /// What makes the result ⌈size / stride⌉ on both axes, the odd row or column below and to the right (TensorFlow's "SAME").
    /// </summary>
    /// <param name="height">Rows of the image.</param>
    /// <param name="width">Columns of the image.</param>
    /// <param name="kernelHeight">Rows of the window.</param>
    /// <param name="kernelWidth">Columns of the window.</param>
    /// <param name="stride">Step between windows.</param>
    /// <param name="dilation">Pixels from one element of the window to the next.</param>
    public static Padding Same(int height, int width, int kernelHeight, int kernelWidth, Stride stride, Stride dilation = default)
    {
        int rows = Missing(height, Windows.Reach(kernelHeight, dilation.Rows), stride.Rows);
        int columns = Missing(width, Windows.Reach(kernelWidth, dilation.Columns), stride.Columns);
        return new(rows / 2, columns / 2, rows - (rows / 2), columns - (columns / 2));
    }

    /// <summary>As "1,1,1,1": top, left, bottom, right.</summary>
    public override string ToString() => $"{Top},{Left},{Bottom},{Right}";

    private static int Missing(int size, int kernel, int stride) =>
        Math.Max((((size + stride - 1) / stride) - 1) * stride + kernel - size, 0);
}
