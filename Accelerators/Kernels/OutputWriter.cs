using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using NpuSim.Accelerators.Kernels.Randomness;
using NpuSim.Accelerators.Lanes;
using NpuSim.Accelerators.Numerics;

namespace NpuSim.Accelerators.Kernels;

/// <summary>Where a tile of accumulators lies and where its outputs go.</summary>
/// <param name="Rows">Rows.</param>
/// <param name="Columns">Columns.</param>
/// <param name="Stride">Accumulators from one row to the next; vectors may be read past the end of a row.</param>
/// <param name="Channel">Channel of the first column.</param>
/// <param name="Index">Output element of the first accumulator.</param>
/// <param name="OutputStride">Output elements from one row to the next.</param>
internal readonly record struct OutputTile(int Rows, int Columns, int Stride, int Channel, long Index, long OutputStride)
{
    /// <summary>One row.</summary>
    public static OutputTile Row(int columns, int channel, long index) => new(1, columns, 0, channel, index, 0);
}

/// <summary>Scales accumulators to outputs and narrows them, as an output stage and a policy say.</summary>
internal sealed unsafe class OutputWriter
{
    private readonly delegate*<OutputWriter, int*, in OutputTile, byte*, long> narrow;
    private readonly delegate*<OutputWriter, long*, in OutputTile, byte*, long> wide;

    [ThreadStatic]
    private static Dictionary<(Requantization, Rounding, bool), OutputWriter>? writers;

    private OutputStage stage = OutputStage.Raw;
    private NumberFormat format;
    private Narrowing narrowing;
    private long least, greatest; // of the format
    private RandomAddress noise;

    /// <summary>
    /// True when an accumulator of more than 32 bits whose value fits 32 is scaled as one of 32 bits is: always, but for the left
    /// shift of double rounding, which wraps in 32 bits only.
    /// </summary>
    public bool TakesNarrow { get; private set; }

    private OutputWriter(
        delegate*<OutputWriter, int*, in OutputTile, byte*, long> narrow,
        delegate*<OutputWriter, long*, in OutputTile, byte*, long> wide)
    {
        this.narrow = narrow;
        this.wide = wide;
    }

    /// <summary>A writer of this thread for one kernel call; it lives until the thread asks for the next one.</summary>
    public static OutputWriter For(NumericPolicy policy, OutputStage stage, NumberFormat format, RandomAddress noise)
    {
        Dictionary<(Requantization, Rounding, bool), OutputWriter> known = writers ??= [];
        (Requantization, Rounding, bool) key = (policy.Requantization, policy.Rounding, policy.ZeroPointBeforeRounding);
        if (!known.TryGetValue(key, out OutputWriter? writer))
            known.Add(key, writer = ScalingSwitch.Close<Maker, OutputWriter>(policy, default));
        (writer.stage, writer.format, writer.narrowing, writer.noise) = (stage, format, policy.Narrowing, noise);
        (writer.least, writer.greatest) = (format.MinValue(), format.MaxValue());
        writer.TakesNarrow = policy.Requantization != Requantization.Double || !stage.ScalesUp;
        return writer;
    }

    /// <summary>Writes a tile; int32 outputs are the accumulators themselves. Returns how many were clipped.</summary>
    public long Write(int* accumulators, in OutputTile tile, byte* y)
    {
        if (format != NumberFormat.Int32)
            return narrow(this, accumulators, tile, y);
        for (int r = 0; r < tile.Rows; r++)
        {
            Span<int> to = new((int*)y + tile.Index + (r * tile.OutputStride), tile.Columns);
            new ReadOnlySpan<int>(accumulators + ((long)r * tile.Stride), tile.Columns).CopyTo(to);
        }

        return 0;
    }

    /// <summary>The same from accumulators of more than 32 bits.</summary>
    public long Write(long* accumulators, in OutputTile tile, byte* y)
    {
        if (format != NumberFormat.Int32)
            return wide(this, accumulators, tile, y);
        long clipped = 0;
        for (int r = 0; r < tile.Rows; r++)
        {
            int* to = (int*)y + tile.Index + (r * tile.OutputStride);
            long* from = accumulators + ((long)r * tile.Stride);
            for (int i = 0; i < tile.Columns; i++)
            {
                to[i] = (int)IntegerAccess.Narrow(from[i], NumberFormat.Int32, narrowing);
                clipped += from[i] == (int)from[i] ? 0 : 1;
            }
        }

        return clipped;
    }

    /// <summary>Writes a row, int32 outputs scaled like the others.</summary>
    public long Scale(int* accumulators, int count, byte* y, long index, int channel = 0) =>
        narrow(this, accumulators, OutputTile.Row(count, channel, index), y);

    /// <summary>The same from accumulators of more than 32 bits.</summary>
    public long Scale(long* accumulators, int count, byte* y, long index, int channel = 0) =>
        wide(this, accumulators, OutputTile.Row(count, channel, index), y);

    // What vectors write: 8 or 16 bits, saturated.
    private bool SaturatesSmall =>
        narrowing == Narrowing.Saturate && format is NumberFormat.Int8 or NumberFormat.Int16;

    private static long Narrow<TScaling>(OutputWriter writer, int* accumulators, in OutputTile tile, byte* y)
        where TScaling : struct, IScaling
    {
        if (TScaling.IsFloat32 && Vector128.IsHardwareAccelerated && writer.SaturatesSmall)
        {
            return writer.format == NumberFormat.Int8
                ? FloatOutput.Write(writer.stage, TScaling.AddsZeroPointFirst, accumulators, tile, (sbyte*)y)
                : FloatOutput.Write(writer.stage, TScaling.AddsZeroPointFirst, accumulators, tile, (short*)y);
        }

        if (TScaling.HasVector && Avx2.IsSupported && !writer.stage.ScalesUp && writer.SaturatesSmall)
        {
            return Avx512BW.IsSupported
                ? Vectors<TScaling, Ints512, Longs512>(writer, accumulators, tile, y)
                : Vectors<TScaling, Ints256, Longs256>(writer, accumulators, tile, y);
        }

        OutputStage stage = writer.stage;
        long clipped = 0;
        for (int r = 0; r < tile.Rows; r++)
        {
            for (int i = 0; i < tile.Columns; i++)
            {
                long index = tile.Index + (r * tile.OutputStride) + i;
                uint random = TScaling.UsesRandom ? writer.noise.Noise(index) : 0;
                int sum = accumulators[((long)r * tile.Stride) + i];
                long value = TScaling.Apply(sum, stage.Scale(tile.Channel + i), stage.OutputZeroPoint, random);
                clipped += writer.Store(value, y, index);
            }
        }

        return clipped;
    }

    private static long Wide<TScaling>(OutputWriter writer, long* accumulators, in OutputTile tile, byte* y)
        where TScaling : struct, IScaling
    {
        OutputStage stage = writer.stage;
        if (TScaling.IsFloat32 && Vector128.IsHardwareAccelerated && writer.SaturatesSmall)
        {
            return writer.format == NumberFormat.Int8
                ? FloatOutput.Write(stage, TScaling.AddsZeroPointFirst, accumulators, tile, (sbyte*)y)
                : FloatOutput.Write(stage, TScaling.AddsZeroPointFirst, accumulators, tile, (short*)y);
        }

        if (TScaling.HasVector && Avx512BW.IsSupported && stage.LeastShift >= TScaling.LeastWideShift && stage.GreatestShift <= 93
            && writer.SaturatesSmall)
        {
            return writer.format == NumberFormat.Int8
                ? WideVectors<TScaling, sbyte>(writer, accumulators, tile, (sbyte*)y)
                : WideVectors<TScaling, short>(writer, accumulators, tile, (short*)y);
        }

        long clipped = 0;
        for (int r = 0; r < tile.Rows; r++)
        {
            for (int i = 0; i < tile.Columns; i++)
            {
                long index = tile.Index + (r * tile.OutputStride) + i;
                uint random = TScaling.UsesRandom ? writer.noise.Noise(index) : 0;
                long sum = accumulators[((long)r * tile.Stride) + i];
                long value = TScaling.ApplyWide(sum, stage.Scale(tile.Channel + i), stage.OutputZeroPoint, random);
                clipped += writer.Store(value, y, index);
            }
        }

        return clipped;
    }

    private static long Vectors<TScaling, TInts, TLongs>(OutputWriter writer, int* accumulators, in OutputTile tile, byte* y)
        where TScaling : struct, IScaling
        where TInts : struct, IInts<TInts>
        where TLongs : struct, ILongs<TLongs>, IHalves<TInts, TLongs> =>
        writer.format == NumberFormat.Int8
            ? Vectors<TScaling, TInts, TLongs, sbyte>(writer, accumulators, tile, (sbyte*)y)
            : Vectors<TScaling, TInts, TLongs, short>(writer, accumulators, tile, (short*)y);

    // A vector of accumulators at a time. The clamps move by the zero point instead of the value.
    private static long Vectors<TScaling, TInts, TLongs, T>(OutputWriter writer, int* accumulators, in OutputTile tile, T* y)
        where TScaling : struct, IScaling
        where TInts : struct, IInts<TInts>
        where TLongs : struct, ILongs<TLongs>, IHalves<TInts, TLongs>
        where T : unmanaged
    {
        OutputStage stage = writer.stage;
        bool perChannel = stage.Scales.Length > 1;
        int zero = stage.OutputZeroPoint, lowest = -(1 << ((8 * sizeof(T)) - 1)), highest = ~lowest;
        int channel = tile.Channel;
        TInts zeroPoint = TInts.Create(zero);
        TInts least = TInts.Create(lowest - zero), greatest = TInts.Create(highest - zero);
        TInts minimum = TInts.Create(Math.Clamp(stage.Minimum, lowest, highest) - zero);
        TInts maximum = TInts.Create(Math.Clamp(stage.Maximum, lowest, highest) - zero);
        long clipped = 0;
        T* rest = stackalloc T[TInts.Count];
        fixed (int* multipliers = stage.Multipliers, shifts = stage.Shifts)
        {
            VectorScale<TScaling, TInts, TLongs> scale = new(TInts.Load(multipliers), TInts.Load(shifts));
            for (int r = 0; r < tile.Rows; r++)
            {
                int* from = accumulators + ((long)r * tile.Stride);
                T* to = y + tile.Index + (r * tile.OutputStride);
                for (int i = 0; i < tile.Columns; i += TInts.Count)
                {
                    if (perChannel)
                        scale = new(TInts.Load(multipliers + channel + i), TInts.Load(shifts + channel + i));
                    TInts value = scale.Apply(TInts.Load(from + i));
                    uint outside = TInts.LessThan(value, least) | TInts.LessThan(greatest, value);
                    int left = Math.Min(TInts.Count, tile.Columns - i);
                    clipped += BitOperations.PopCount(outside & ((1u << left) - 1));
                    Store(TInts.Max(minimum, TInts.Min(maximum, value)) + zeroPoint, left == TInts.Count ? to + i : rest);
                    for (int c = 0; left < TInts.Count && c < left; c++)
                        to[i + c] = rest[c];
                }
            }
        }

        return clipped;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Store<TInts, T>(TInts values, T* to)
        where TInts : struct, IInts<TInts>
        where T : unmanaged
    {
        if (sizeof(T) == 1)
            values.Store((sbyte*)to);
        else
            values.Store((short*)to);
    }

    // Eight accumulators at a time, multiplied in two halves. Sums of more than 62 bits go one by one.
    private static long WideVectors<TScaling, T>(OutputWriter writer, long* accumulators, in OutputTile tile, T* y)
        where TScaling : struct, IScaling
        where T : unmanaged
    {
        OutputStage stage = writer.stage;
        bool perChannel = stage.Scales.Length > 1;
        int zero = stage.OutputZeroPoint, lowest = -(1 << ((8 * sizeof(T)) - 1)), highest = ~lowest;
        Vector512<long> zeroPoint = Vector512.Create((long)zero);
        Vector512<long> least = Vector512.Create((long)lowest - zero), greatest = Vector512.Create((long)highest - zero);
        Vector512<long> minimum = Vector512.Create((long)Math.Clamp(stage.Minimum, lowest, highest) - zero);
        Vector512<long> maximum = Vector512.Create((long)Math.Clamp(stage.Maximum, lowest, highest) - zero);
        long clipped = 0;
        T* rest = stackalloc T[8];
        long* lanes = stackalloc long[8];
        fixed (int* multipliers = stage.Multipliers, shifts = stage.Shifts)
        {
            for (int r = 0; r < tile.Rows; r++)
            {
                long* from = accumulators + ((long)r * tile.Stride);
                long index = tile.Index + (r * tile.OutputStride);
                for (int i = 0; i < tile.Columns; i += 8)
                {
                    int channel = perChannel ? tile.Channel + i : 0, left = Math.Min(8, tile.Columns - i);
                    if (left < 8)
                        new ReadOnlySpan<long>(from + i, left).CopyTo(new Span<long>(lanes, 8));
                    Vector512<long> sums = Vector512.Load(left < 8 ? lanes : from + i);
                    if (Vector512.GreaterThanAny(sums ^ Vector512.ShiftRightArithmetic(sums, 63),
                        Vector512.Create((1L << 61) - 1)))
                    {
                        for (int c = 0; c < left; c++)
                        {
                            long one = TScaling.ApplyWide(from[i + c], stage.Scale(tile.Channel + i + c), zero, 0);
                            clipped += writer.Store(one, (byte*)y, index + i + c);
                        }

                        continue;
                    }

                    Vector512<int> multiplier = Avx512F.ConvertToVector512Int64(Vector256.Load(multipliers + channel)).AsInt32();
                    Longs512 shift = Avx512F.ConvertToVector512Int64(Vector256.Load(shifts + channel).AsUInt32());
                    Vector512<long> high = Avx512F.Multiply(Vector512.ShiftRightLogical(sums, 32).AsInt32(), multiplier);
                    Vector512<long> low = Avx512F.Multiply(sums.AsUInt32(), multiplier.AsUInt32()).AsInt64();
                    Vector512<long> value = TScaling.ShiftWide<Longs512>(high, low, shift, TScaling.WideHalf(shift));
                    ulong outside = (Vector512.LessThan(value, least) | Vector512.GreaterThan(value, greatest))
                        .ExtractMostSignificantBits();
                    clipped += BitOperations.PopCount(outside & ((1UL << left) - 1));
                    Vector512<long> result = Vector512.Max(minimum, Vector512.Min(maximum, value)) + zeroPoint;
                    StoreVector(result, left == 8 ? y + index + i : rest);
                    if (left < 8)
                        new ReadOnlySpan<T>(rest, left).CopyTo(new Span<T>(y + index + i, left));
                }
            }
        }

        return clipped;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void StoreVector<T>(Vector512<long> values, T* to) where T : unmanaged
    {
        if (sizeof(T) == 1)
            Unsafe.WriteUnaligned(to, Avx512F.ConvertToVector128SByte(values).AsInt64().ToScalar());
        else
            Avx512F.ConvertToVector128Int16(values).Store((short*)to);
    }

    private long Store(long value, byte* y, long index)
    {
        long narrowed = narrowing == Narrowing.Saturate
            ? Math.Clamp(value, least, greatest)
            : IntegerAccess.Narrow(value, format, narrowing);
        IntegerAccess.Write(y, format, index, Math.Clamp(narrowed, stage.Minimum, stage.Maximum));
        return narrowed == value ? 0 : 1;
    }

    private readonly struct Maker : IScalingUser<OutputWriter>
    {
        public OutputWriter Run<TScaling>() where TScaling : struct, IScaling => new(&Narrow<TScaling>, &Wide<TScaling>);
    }
}
