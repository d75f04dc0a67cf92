namespace NpuSim.Accelerators.Kernels.Products;

/// <summary>
/// Extents of a convolution: input [Batch, InputHeight, InputWidth, InputChannels], weights [OutputChannels, KernelHeight,
/// KernelWidth, InputChannels / Groups], output [Batch, OutputHeight, OutputWidth, OutputChannels]. What a window reads outside
/// the input is the input's zero point.
/// </summary>
/// <param name="Batch">Images.</param>
/// <param name="InputHeight">Rows of the input.</param>
/// <param name="InputWidth">Columns of the input.</param>
/// <param name="InputChannels">A multiple of <paramref name="Groups"/>.</param>
/// <param name="KernelHeight">Rows of the kernel.</param>
/// <param name="KernelWidth">Columns of the kernel.</param>
/// <param name="OutputHeight">Rows of the output; with the pads this also fixes the padding at bottom and right.</param>
/// <param name="OutputWidth">Columns of the output.</param>
/// <param name="OutputChannels">A multiple of <paramref name="Groups"/>.</param>
/// <param name="StrideHeight">Input rows from one output row to the next.</param>
/// <param name="StrideWidth">Input columns from one output column to the next.</param>
/// <param name="PadTop">Rows of padding above.</param>
/// <param name="PadLeft">Columns of padding to the left.</param>
/// <param name="DilationHeight">Input rows from one kernel row to the next.</param>
/// <param name="DilationWidth">Input columns from one kernel column to the next.</param>
/// <param name="Groups">Groups of channels that do not mix; equal to <paramref name="InputChannels"/>: depthwise.</param>
public readonly record struct ConvolutionShape(
    int Batch,
    int InputHeight,
    int InputWidth,
    int InputChannels,
    int KernelHeight,
    int KernelWidth,
    int OutputHeight,
    int OutputWidth,
    int OutputChannels,
    int StrideHeight = 1,
    int StrideWidth = 1,
    int PadTop = 0,
    int PadLeft = 0,
    int DilationHeight = 1,
    int DilationWidth = 1,
    int Groups = 1)
{
    /// <summary>Products per output element.</summary>
    public int Depth => KernelHeight * KernelWidth * (InputChannels / Groups);

    /// <summary>Output positions: Batch · OutputHeight · OutputWidth.</summary>
    public int Positions => Batch * OutputHeight * OutputWidth;

    /// <summary>Elements of the input.</summary>
    public long InputCount => (long)Batch * InputHeight * InputWidth * InputChannels;

    /// <summary>Elements of the weights.</summary>
    public long WeightCount => (long)OutputChannels * Depth;

    /// <summary>Elements of the output.</summary>
    public long OutputCount => (long)Positions * OutputChannels;
}
