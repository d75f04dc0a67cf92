using NpuSim.Workloads.Graphs.Ops;

namespace NpuSim.Workloads.Graphs;

/// <summary>Geometry of a convolution or a pooling on [batch, height, width, channels] images.</summary>
/// <param name="Batch">Images.</param>
/// <param name="InputHeight">Rows.</param>
/// <param name="InputWidth">Columns.</param>
/// <param name="InputChannels">Channels over all groups.</param>
/// <param name="OutputHeight">Rows of the result.</param>
/// <param name="OutputWidth">Columns of the result.</param>
/// <param name="OutputChannels">Filters over all groups.</param>
/// <param name="KernelHeight">Rows of a filter.</param>
/// <param name="KernelWidth">Columns of a filter.</param>
/// <param name="Stride">Step between windows.</param>
/// <param name="PadTop">Rows of zeros above.</param>
/// <param name="PadLeft">Columns of zeros to the left.</param>
/// <param name="Groups">Groups of channels that do not mix.</param>
/// <param name="Dilation">Pixels from one element of a filter to the next.</param>
public sealed record Window(
    int Batch, int InputHeight, int InputWidth, int InputChannels, int OutputHeight, int OutputWidth, int OutputChannels,
    int KernelHeight, int KernelWidth, Stride Stride, int PadTop, int PadLeft, int Groups, Stride Dilation = default)
{
    /// <summary>Output pixels over the whole batch.</summary>
    public long Pixels => (long)Batch * OutputHeight * OutputWidth;

    /// <summary>Elements of the input that one output sums over: KH · KW · channels of a group.</summary>
    public long PatchLength => (long)KernelHeight * KernelWidth * (InputChannels / Groups);
}

/// <summary>Makes windows of images.</summary>
public static class Windows
{
    internal static Window Over(
        string op, Shape x, int kernelHeight, int kernelWidth, int filters, Stride stride, Padding padding, int groups,
        Stride dilation)
    {
        if (x.Rank != 4)
            throw new GraphException($"{op} takes images [B, H, W, C]; got {x}.");
        int height = checked(x[1] + padding.Top + padding.Bottom), width = checked(x[2] + padding.Left + padding.Right);
        if (Math.Min(stride.Rows, stride.Columns) < 1 || Math.Min(dilation.Rows, dilation.Columns) < 1
            || Math.Min(Math.Min(padding.Top, padding.Left), Math.Min(padding.Bottom, padding.Right)) < 0)
            throw new GraphException(
                $"{op} has stride {stride}, dilation {dilation} and padding {padding}; stride and dilation are at least 1, the "
                    + $"padding at least 0.");
        int reachDown = Reach(kernelHeight, dilation.Rows), reachRight = Reach(kernelWidth, dilation.Columns);
        if (kernelHeight < 1 || kernelWidth < 1 || reachDown > height || reachRight > width)
            throw new GraphException(
                $"{op} with a {reachDown}×{reachRight} window does not fit the padded image {height}×{width} of {x}.");
        return new(
            x[0], x[1], x[2], x[3], ((height - reachDown) / stride.Rows) + 1,
            ((width - reachRight) / stride.Columns) + 1, filters,
            kernelHeight, kernelWidth, stride, padding.Top, padding.Left, groups, dilation);
    }

    /// <summary>Pixels from the first to the last element of a dilated filter, both counted.</summary>
    /// <param name="kernel">Elements of the filter.</param>
    /// <param name="dilation">Pixels from one to the next.</param>
    public static int Reach(int kernel, int dilation) => checked(((kernel - 1) * dilation) + 1);
}
