using NpuSim.Accelerators.Numerics;

namespace NpuSim.Accelerators.Kernels.Elements;

/// <summary>Requantises a tensor in chunks; scales, if several, go with the last axis.</summary>
internal sealed unsafe class RequantizeJob : ElementJob
{
    [ThreadStatic]
    private static RequantizeJob? mine;

    private byte* x, y;
    private long place;
    private NumberFormat format;
    private OutputStage stage = null!;
    private OutputWriter writer = null!;

    public static RequantizeJob Mine => mine ??= new RequantizeJob();

    public long Run(byte* from, NumberFormat fromFormat, OutputStage constants, byte* to, long start, long count,
        OutputWriter output)
    {
        x = from;
        y = to;
        place = start;
        (format, stage, writer) = (fromFormat, constants, output);
        return Execute(count);
    }

    protected override long Do(long first, int length)
    {
        int period = stage.Scales.Length;
        if (period == 1)
            return Run(first, length, 0);
        long clipped = 0;
        for (long end = first + length; first < end;)
        {
            int channel = (int)(first % period), part = (int)Math.Min(end - first, period - channel);
            clipped += Run(first, part, channel);
            first += part;
        }

        return clipped;
    }

    private long Run(long first, int length, int channel)
    {
        if (format == NumberFormat.Int64 || (format == NumberFormat.Int32 && stage.InputOffset != 0))
        {
            long* wide = stackalloc long[Chunk];
            for (int i = 0; i < length; i++)
                wide[i] = IntegerAccess.Read(x, format, first + i) + stage.InputOffset;
            return writer.Scale(wide, length, y, place + first, channel);
        }

        int* values = stackalloc int[Chunk];
        Widening.ToInt32(x, format, first, stage.InputOffset, values, length);
        return writer.Scale(values, length, y, place + first, channel);
    }
}
