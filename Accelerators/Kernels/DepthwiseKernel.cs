using NpuSim.Accelerators.Numerics;

namespace NpuSim.Accelerators.Kernels;

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
        long outOfRange = policy.Accumulator.Overflow switch
        {
            Overflow.Wrap => Row<Wrapping>(item),
            Overflow.Saturate => Row<Saturating>(item),
            _ => Row<SaturatingOnDrain>(item),
        };
        Interlocked.Add(ref overflowed, outOfRange);
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
                        accumulator.Step(Product(image, h, v, c / multiplier, ((c * shape.KernelHeight) + kh) * shape.KernelWidth + kw));
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
