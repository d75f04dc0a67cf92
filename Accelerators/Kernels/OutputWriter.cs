using NpuSim.Accelerators.Numerics;

namespace NpuSim.Accelerators.Kernels;

/// <summary>Scales accumulators of one row to outputs and narrows them, as an output stage and a policy say.</summary>
internal sealed unsafe class OutputWriter
{
    private readonly delegate*<OutputWriter, int*, int, int, byte*, long, long> narrow;
    private readonly delegate*<OutputWriter, long*, int, int, byte*, long, long> wide;

    private OutputWriter(
        delegate*<OutputWriter, int*, int, int, byte*, long, long> narrow,
        delegate*<OutputWriter, long*, int, int, byte*, long, long> wide)
    {
        this.narrow = narrow;
        this.wide = wide;
    }

    public OutputStage Stage { get; private set; } = OutputStage.Raw;

    public NumberFormat Format { get; private set; }

    public Narrowing Narrowing { get; private set; }

    public RandomAddress Noise { get; private set; }

    /// <summary>A writer of this thread for one kernel call; it lives until the thread asks for the next one.</summary>
    public static OutputWriter For(NumericPolicy policy, OutputStage stage, NumberFormat format, RandomAddress noise)
    {
        Dictionary<(Requantization, Rounding, bool), OutputWriter> known = writers ??= [];
        (Requantization, Rounding, bool) key = (policy.Requantization, policy.Rounding, policy.ZeroPointBeforeRounding);
        if (!known.TryGetValue(key, out OutputWriter? writer))
            known.Add(key, writer = ScalingSwitch.Close<Maker, OutputWriter>(policy, default));
        (writer.Stage, writer.Format, writer.Narrowing, writer.Noise) = (stage, format, policy.Narrowing, noise);
        return writer;
    }

    [ThreadStatic]
    private static Dictionary<(Requantization, Rounding, bool), OutputWriter>? writers;

    /// <summary>Writes <paramref name="count"/> outputs from <paramref name="index"/> on; returns how many were clipped.</summary>
    /// <param name="accumulators">At most 32 bits each.</param>
    /// <param name="count">Outputs.</param>
    /// <param name="channel">Channel of the first.</param>
    /// <param name="y">Start of the output operand.</param>
    /// <param name="index">Element of <paramref name="y"/> that the first goes to.</param>
    /// <param name="scaleInt32">False: int32 outputs are the accumulators themselves.</param>
    public long Write(int* accumulators, int count, int channel, byte* y, long index, bool scaleInt32 = false)
    {
        if (Format != NumberFormat.Int32 || scaleInt32)
            return narrow(this, accumulators, count, channel, y, index);
        new ReadOnlySpan<int>(accumulators, count).CopyTo(new Span<int>((int*)y + index, count));
        return 0;
    }

    /// <summary>The same from accumulators of more than 32 bits.</summary>
    public long Write(long* accumulators, int count, int channel, byte* y, long index, bool scaleInt32 = false)
    {
        if (Format != NumberFormat.Int32 || scaleInt32)
            return wide(this, accumulators, count, channel, y, index);
        long clipped = 0;
        for (int i = 0; i < count; i++)
        {
            ((int*)y)[index + i] = (int)IntegerAccess.Narrow(accumulators[i], NumberFormat.Int32, Narrowing);
            if (accumulators[i] != (int)accumulators[i])
                clipped++;
        }

        return clipped;
    }

    private static long Narrow<TScaling>(OutputWriter writer, int* accumulators, int count, int channel, byte* y, long index)
        where TScaling : struct, IScaling
    {
        OutputStage stage = writer.Stage;
        long clipped = 0;
        for (int i = 0; i < count; i++)
        {
            uint random = TScaling.UsesRandom ? writer.Noise.Noise(index + i) : 0;
            long value = TScaling.Apply(accumulators[i], stage.Scale(channel + i), stage.OutputZeroPoint, random);
            clipped += writer.Store(value, y, index + i);
        }

        return clipped;
    }

    private static long Wide<TScaling>(OutputWriter writer, long* accumulators, int count, int channel, byte* y, long index)
        where TScaling : struct, IScaling
    {
        OutputStage stage = writer.Stage;
        long clipped = 0;
        for (int i = 0; i < count; i++)
        {
            uint random = TScaling.UsesRandom ? writer.Noise.Noise(index + i) : 0;
            long value = TScaling.ApplyWide(accumulators[i], stage.Scale(channel + i), stage.OutputZeroPoint, random);
            clipped += writer.Store(value, y, index + i);
        }

        return clipped;
    }

    private long Store(long value, byte* y, long index)
    {
        long narrowed = IntegerAccess.Narrow(value, Format, Narrowing);
        IntegerAccess.Write(y, Format, index, Math.Clamp(narrowed, Stage.Minimum, Stage.Maximum));
        return narrowed == value ? 0 : 1;
    }

    private readonly struct Maker : IScalingUser<OutputWriter>
    {
        public OutputWriter Run<TScaling>() where TScaling : struct, IScaling => new(&Narrow<TScaling>, &Wide<TScaling>);
    }
}
