using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using NpuSim.Accelerators.Numerics;

namespace NpuSim.Accelerators.Kernels.Products;

/// <summary>Depthwise convolution: each output channel reads one input channel. Lanes lie across channels.</summary>
internal sealed unsafe class DepthwiseKernel : IWork
{
    [ThreadStatic]
    private static DepthwiseKernel? mine;

    private ConvolutionShape shape;
    private byte* x, w, y;
    private bool xWide, wWide;
    private long* bias;
    private OutputStage stage = null!;
    private OutputWriter writer = null!;
    private NumericPolicy policy = null!;
    private long overflowed, clipped;
    private bool free;
    private int* kernel, start; // [kernel row, kernel column, channel] and [channel], when no sum can overflow

    public static OverflowCount Run(
        in ConvolutionShape shape,
        byte* x,
        bool xWide,
        byte* w,
        bool wWide,
        long* bias,
        OutputStage stage,
        OutputWriter writer,
        byte* y,
        NumericPolicy policy)
    {
        DepthwiseKernel job = mine ??= new DepthwiseKernel();
        job.x = x;
        job.w = w;
        job.y = y;
        job.bias = bias;
        (job.shape, job.xWide, job.wWide, job.stage, job.writer, job.policy) = (shape, xWide, wWide, stage, writer, policy);
        (job.overflowed, job.clipped) = (0, 0);
        int rows = shape.Batch * shape.OutputHeight;
        job.free = job.Arrange();
        if (shape.OutputCount * shape.Depth >= 1 << 18)
        {
            WorkTeam.Run(job, rows);
        }
        else
        {
            for (int row = 0; row < rows; row++)
                job.Run(row);
        }

        return new OverflowCount(shape.OutputCount, job.overflowed, job.clipped);
    }

    /// <summary>One output row of one image.</summary>
    public void Run(int item)
    {
        if (free)
        {
            FreeRow(item);
            return;
        }

        long outOfRange = policy.Accumulator.Overflow switch
        {
            Overflow.Wrap => Row<Wrapping>(item),
            Overflow.Saturate => Row<Saturating>(item),
            _ => Row<SaturatingOnDrain>(item),
        };
        Interlocked.Add(ref overflowed, outOfRange);
    }

    // Lays weights out by channel in 32 bits and tells whether no sum of any channel can leave the accumulator.
    private bool Arrange()
    {
        int taps = shape.KernelHeight * shape.KernelWidth, channels = shape.OutputChannels;
        kernel = Scratch.Get<int>(Scratch.Slot.Right, (long)taps * channels);
        start = Scratch.Get<int>(Scratch.Slot.Starts, channels);
        long largest = (xWide ? 1 << 15 : 1 << 7) + Math.Abs(stage.InputOffset);
        if (channels != shape.InputChannels || Bounds.OutputBits(policy.Accumulator) > 32)
            return false;
        for (int c = 0; c < channels; c++)
        {
            long magnitude = 0;
            for (int t = 0; t < taps; t++)
            {
                int at = (c * taps) + t, value = (wWide ? ((short*)w)[at] : ((sbyte*)w)[at]) + stage.WeightOffset;
                kernel[(t * channels) + c] = value;
                magnitude += Math.Abs((long)value) * largest;
            }

            AccumulatorPolicy? simple = Bounds.WithoutBlocks(policy.Accumulator, magnitude);
            long bound = bias == null ? 0 : Math.Abs(Math.Clamp(bias[c], -long.MaxValue, long.MaxValue));
            if (simple is null || !Bounds.Allow(simple, magnitude, bound))
                return false;
            start[c] = bias == null ? 0 : (int)bias[c];
        }

        return true;
    }

    private void FreeRow(int item)
    {
        (int image, int oh) = Math.DivRem(item, shape.OutputHeight);
        int channels = shape.OutputChannels;
        int* sums = Scratch.Get<int>(Scratch.Slot.Tile, channels);
        long outOfRange = 0, narrowed = 0;
        for (int ow = 0; ow < shape.OutputWidth; ow++)
        {
            new ReadOnlySpan<int>(start, channels).CopyTo(new Span<int>(sums, channels));
            for (int kh = 0; kh < shape.KernelHeight; kh++)
            {
                int h = (oh * shape.StrideHeight) - shape.PadTop + (kh * shape.DilationHeight);
                if ((uint)h >= (uint)shape.InputHeight)
                    continue;
                for (int kw = 0; kw < shape.KernelWidth; kw++)
                {
                    int v = (ow * shape.StrideWidth) - shape.PadLeft + (kw * shape.DilationWidth);
                    if ((uint)v < (uint)shape.InputWidth)
                    {
                        MultiplyAdd(
                            ((((long)image * shape.InputHeight) + h) * shape.InputWidth + v) * channels,
                            kernel + (((kh * shape.KernelWidth) + kw) * channels), sums, channels);
                    }
                }
            }

            OutputTile tile = new(1, channels, channels, 0, (((long)item * shape.OutputWidth) + ow) * channels, 0);
            outOfRange += Bounds.Drain(policy.Accumulator, sums, tile);
            narrowed += writer.Write(sums, tile, y);
        }

        Interlocked.Add(ref overflowed, outOfRange);
        Interlocked.Add(ref clipped, narrowed);
    }

    private void MultiplyAdd(long at, int* weights, int* sums, int channels)
    {
        int c = 0;
        if (Avx512F.IsSupported)
        {
            Vector512<int> offset = Vector512.Create(stage.InputOffset);
            for (; c <= channels - 16; c += 16)
            {
                Vector512<int> value = xWide
                    ? Avx512F.ConvertToVector512Int32(Vector256.Load((short*)x + at + c))
                    : Avx512F.ConvertToVector512Int32(Vector128.Load((sbyte*)x + at + c));
                (Vector512.Load(sums + c) + ((value + offset) * Vector512.Load(weights + c))).Store(sums + c);
            }
        }

        for (; c < channels; c++)
            sums[c] += ((xWide ? ((short*)x)[at + c] : ((sbyte*)x)[at + c]) + stage.InputOffset) * weights[c];
    }

    private long Row<TOverflow>(int item) where TOverflow : struct, IOverflow
    {
        (int image, int oh) = Math.DivRem(item, shape.OutputHeight);
        int multiplier = shape.OutputChannels / shape.InputChannels, channels = shape.OutputChannels;
        bool isWide = Bounds.OutputBits(policy.Accumulator) > 32;
        long* sums = Scratch.Get<long>(Scratch.Slot.Values, channels);
        long outOfRange = 0, narrowed = 0;
        for (int ow = 0; ow < shape.OutputWidth; ow++)
        {
            for (int c = 0; c < channels; c++)
            {
                Accumulator<TOverflow> accumulator = new(policy.Accumulator, bias == null ? 0 : bias[c]);
                for (int kh = 0; kh < shape.KernelHeight; kh++)
                {
                    int h = (oh * shape.StrideHeight) - shape.PadTop + (kh * shape.DilationHeight);
                    for (int kw = 0; kw < shape.KernelWidth; kw++)
                    {
                        int v = (ow * shape.StrideWidth) - shape.PadLeft + (kw * shape.DilationWidth);
                        accumulator.Step(Product(image, h, v, c / multiplier,
                            ((c * shape.KernelHeight) + kh) * shape.KernelWidth + kw));
                    }
                }

                sums[c] = accumulator.Drain();
                outOfRange += accumulator.Overflowed ? 1 : 0;
            }

            narrowed += Write(sums, channels, isWide, ((long)item * shape.OutputWidth + ow) * channels);
        }

        Interlocked.Add(ref clipped, narrowed);
        return outOfRange;
    }

    private long Product(int image, int h, int v, int channel, int weight)
    {
        if ((uint)h >= (uint)shape.InputHeight || (uint)v >= (uint)shape.InputWidth)
            return 0;
        long at = ((((long)image * shape.InputHeight) + h) * shape.InputWidth + v) * shape.InputChannels + channel;
        int a = (xWide ? ((short*)x)[at] : ((sbyte*)x)[at]) + stage.InputOffset;
        int b = (wWide ? ((short*)w)[weight] : ((sbyte*)w)[weight]) + stage.WeightOffset;
        return (long)a * b;
    }

    private long Write(long* sums, int count, bool isWide, long at)
    {
        if (isWide)
            return writer.Write(sums, OutputTile.Row(count, 0, at), y);
        int* narrow = (int*)sums;
        for (int c = 0; c < count; c++)
            narrow[c] = (int)sums[c];
        return writer.Write(narrow, OutputTile.Row(count, 0, at), y);
    }
}
