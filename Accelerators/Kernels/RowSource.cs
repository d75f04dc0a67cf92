using System.Runtime.CompilerServices;

namespace NpuSim.Accelerators.Kernels;

/// <summary>Where the rows of a matrix product's operand come from: a matrix, a transposed matrix or the windows of a convolution.</summary>
internal unsafe struct RowSource
{
    private byte* data;
    private bool wide, transposed, windows;
    private int offset, depth, group;
    private long stride;
    private ConvolutionShape shape;

    /// <summary>Rows of a row-major matrix.</summary>
    public static RowSource Matrix(byte* data, bool wide, int offset, int depth) =>
        new() { data = data, wide = wide, offset = offset, depth = depth, stride = depth };

    /// <summary>Columns of a row-major matrix with <paramref name="columns"/> columns.</summary>
    public static RowSource Transposed(byte* data, bool wide, int offset, int depth, int columns) =>
        new() { data = data, wide = wide, offset = offset, depth = depth, stride = columns, transposed = true };

    /// <summary>Windows of one channel group of an NHWC input, in the order kernel row, kernel column, channel (im2col).</summary>
    public static RowSource Windows(byte* data, bool wide, int offset, in ConvolutionShape shape, int group) =>
        new() { data = data, wide = wide, offset = offset, depth = shape.Depth, windows = true, shape = shape, group = group };

    /// <summary>No operand is larger in magnitude.</summary>
    public readonly int Largest => (wide ? 1 << 15 : 1 << 7) + Math.Abs(offset);

    /// <summary>Writes one row, widened to 16 bits with the offset added; padding is 0.</summary>
    public readonly void Gather(long row, short* to)
    {
        if (windows)
            GatherWindow((int)row, to);
        else if (transposed)
            GatherColumn(row, to);
        else
            Widen(row * stride, to, depth);
    }

    private readonly void GatherColumn(long column, short* to)
    {
        for (int k = 0; k < depth; k++)
        {
            long at = (k * stride) + column;
            to[k] = (short)((wide ? ((short*)data)[at] : ((sbyte*)data)[at]) + offset);
        }
    }

    private readonly void GatherWindow(int position, short* to)
    {
        int channels = shape.InputChannels / shape.Groups;
        (int outer, int ow) = Math.DivRem(position, shape.OutputWidth);
        (int image, int oh) = Math.DivRem(outer, shape.OutputHeight);
        int top = (oh * shape.StrideHeight) - shape.PadTop, left = (ow * shape.StrideWidth) - shape.PadLeft;
        for (int kh = 0; kh < shape.KernelHeight; kh++)
        {
            int h = top + (kh * shape.DilationHeight);
            for (int kw = 0; kw < shape.KernelWidth; kw++, to += channels)
            {
                int w = left + (kw * shape.DilationWidth);
                if ((uint)h < (uint)shape.InputHeight && (uint)w < (uint)shape.InputWidth)
                {
                    long at = ((((long)image * shape.InputHeight) + h) * shape.InputWidth) + w;
                    Widen((at * shape.InputChannels) + ((long)group * channels), to, channels);
                }
                else
                {
                    new Span<short>(to, channels).Clear();
                }
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private readonly void Widen(long at, short* to, int count) => Widening.Run(data, wide, at, offset, to, count);
}
