using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace NpuSim.Accelerators.Kernels.Products;

/// <summary>Where the rows of a matrix product's operand come from: a matrix, a transposed matrix or the windows of a
/// convolution.</summary>
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

    /// <summary>Windows of one channel group of an NHWC input, in the order kernel row, kernel column, channel
    /// (im2col).</summary>
    public static RowSource Windows(byte* data, bool wide, int offset, in ConvolutionShape shape, int group) =>
        new() { data = data, wide = wide, offset = offset, depth = shape.Depth, windows = true, shape = shape, group = group };

    /// <summary>No operand is larger in magnitude.</summary>
    public readonly int Largest => (wide ? 1 << 15 : 1 << 7) + Math.Abs(offset);

    /// <summary>True when <see cref="Interleave"/> can pack: columns of a matrix on AVX-512.</summary>
    public readonly bool Interleaves => transposed && Avx512BW.IsSupported;

    /// <summary>
    /// Packs 32 columns from <paramref name="first"/> on straight into a right panel: two successive rows of the matrix are the
    /// two halves
    /// of each pair. Squares of the columns are added to squares[segment, 32].
    /// </summary>
    public readonly void Interleave(int first, int count, int* panel, int segment, ulong* squares)
    {
        Vector512<short> add = Vector512.Create((short)offset);
        Vector512<short> evens = Vector512<short>.Indices >>> 1; // 0 0 1 1 2 2 …; the odd halves come from the second row
        Vector512<short> low = evens + (Vector512.Create(0x0020_0000).AsInt16()), high = low + Vector512.Create((short)16);
        short* row = stackalloc short[64];
        for (int k = 0; k < depth; k += 2)
        {
            Vector512<short> a = Row(k, first, count, row) + add, b = k + 1 < depth ? Row(k + 1, first, count,
                row + 32) + add : default;
            Vector512<int> left = Avx512BW.PermuteVar32x16x2(a, low, b).AsInt32();
            Vector512<int> right = Avx512BW.PermuteVar32x16x2(a, high, b).AsInt32();
            left.Store(panel);
            right.Store(panel + 16);
            panel += 32;
            ulong* sums = squares + ((long)(k / segment) * 32);
            AddSquares(left, sums);
            AddSquares(right, sums + 16);
        }
    }

    private readonly Vector512<short> Row(int k, int first, int count, short* copy)
    {
        long at = (k * stride) + first;
        if (count == 32)
            return wide ? Vector512.Load((short*)data + at) : Avx512BW.ConvertToVector512Int16(Vector256.Load((sbyte*)data + at));
        for (int c = 0; c < 32; c++)
            copy[c] = (short)(c >= count ? -offset : wide ? ((short*)data)[at + c] : ((sbyte*)data)[at + c]);
        return Vector512.Load(copy);
    }

    private static void AddSquares(Vector512<int> pairs, ulong* sums)
    {
        Vector512<uint> squares = Avx512BW.MultiplyAddAdjacent(pairs.AsInt16(), pairs.AsInt16()).AsUInt32();
        (Vector512<ulong> low, Vector512<ulong> high) = Vector512.Widen(squares);
        (Vector512.Load(sums) + low).Store(sums);
        (Vector512.Load(sums + 8) + high).Store(sums + 8);
    }

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
        for (int kh = 0; kh < shape.KernelHeight; kh++, to += shape.KernelWidth * channels)
        {
            int h = top + (kh * shape.DilationHeight);
            long row = (((long)image * shape.InputHeight) + h) * shape.InputWidth;
            if ((uint)h >= (uint)shape.InputHeight)
                Clear(to, shape.KernelWidth * channels);
            else if (shape.DilationWidth == 1 && shape.Groups == 1)
                GatherRun(row, left, channels, to);
            else
                GatherPixels(row, left, channels, to);
        }
    }

    // The columns of a kernel row lie side by side in the input.
    private readonly void GatherRun(long row, int left, int channels, short* to)
    {
        int begin = Math.Clamp(-left, 0, shape.KernelWidth);
        int end = Math.Clamp(shape.InputWidth - left, begin, shape.KernelWidth);
        Clear(to, begin * channels);
        Widen((row + left + begin) * channels, to + (begin * channels), (end - begin) * channels);
        Clear(to + (end * channels), (shape.KernelWidth - end) * channels);
    }

    private readonly void GatherPixels(long row, int left, int channels, short* to)
    {
        for (int kw = 0; kw < shape.KernelWidth; kw++, to += channels)
        {
            int w = left + (kw * shape.DilationWidth);
            if ((uint)w < (uint)shape.InputWidth)
                Widen(((row + w) * shape.InputChannels) + ((long)group * channels), to, channels);
            else
                Clear(to, channels);
        }
    }

    private static void Clear(short* to, int count)
    {
        if (count > 0)
            new Span<short>(to, count).Clear();
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private readonly void Widen(long at, short* to, int count) => Widening.ToInt16(data, wide, at, offset, to, count);
}
