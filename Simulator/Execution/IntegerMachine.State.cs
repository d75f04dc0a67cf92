using System.Collections.Immutable;
using System.Numerics.Tensors;
using System.Runtime.InteropServices;
using NpuSim.Accelerators.Kernels;
using NpuSim.Accelerators.Numerics;
using NpuSim.Simulator.Planning;

namespace NpuSim.Simulator.Execution;

/// <content>What a run hands on when it goes on elsewhere: the same wherever it ran.</content>
public abstract partial class IntegerMachine<TOperand>
{
    /// <summary>Updates, those rounded away, directions, ties; then accumulations, overflows and clips of each
    /// operation.</summary>
    public override ImmutableArray<long> Counts
    {
        get
        {
            KernelCounts counts = Kernels.Tally();
            return
            [
                counts.Updates, counts.RoundedAway, Directions.All, Directions.Tied,
                .. counts.Overflow.SelectMany(o => new[] { o.Accumulations, o.Overflowed, o.Clipped }),
            ];
        }
    }

    /// <summary>What a tensor that stays from step to step holds now, as it is stored; not to be written to.</summary>
    private protected abstract ReadOnlySpan<byte> Load(PlanTensor tensor);

    /// <summary>Sets such a tensor; as many bytes as <see cref="Load"/> gives.</summary>
    private protected abstract void Store(PlanTensor tensor, ReadOnlySpan<byte> data);

    /// <inheritdoc/>
    protected override void Recount(ReadOnlySpan<long> counts)
    {
        Directions = (counts[2], counts[3]);
        OverflowCount[] overflow = new OverflowCount[Plan.Ops.Length];
        for (int i = 0; i < overflow.Length; i++)
            overflow[i] = new OverflowCount(counts[4 + (3 * i)], counts[5 + (3 * i)], counts[6 + (3 * i)]);
        Kernels.Recount(new KernelCounts(overflow, counts[0], counts[1]));
    }

    private protected override void CopyOut(PlanTensor tensor, Span<float> values)
    {
        ReadOnlySpan<byte> data = Load(tensor);
        if (tensor.Format == NumberFormat.Int16)
            TensorPrimitives.ConvertTruncating(MemoryMarshal.Cast<byte, short>(data), values);
        else
            TensorPrimitives.ConvertTruncating(MemoryMarshal.Cast<byte, sbyte>(data), values);
    }

    private protected override void CopyIn(PlanTensor tensor, ReadOnlySpan<float> values)
    {
        byte[] data = new byte[Load(tensor).Length];
        if (tensor.Format == NumberFormat.Int16)
            TensorPrimitives.ConvertTruncating(values, MemoryMarshal.Cast<byte, short>(data.AsSpan()));
        else
            TensorPrimitives.ConvertTruncating(values, MemoryMarshal.Cast<byte, sbyte>(data.AsSpan()));
        Store(tensor, data);
    }

    private protected override void Clear(PlanTensor tensor) => Store(tensor, new byte[Load(tensor).Length]);

    // A float holds 16 bits exactly: integers of 32 bits are kept as their upper halves, then their lower ones.
    /// <inheritdoc/>
    protected override float[] Read(PlanTensor tensor)
    {
        ReadOnlySpan<byte> data = Load(tensor);
        int[] words = tensor.Format == NumberFormat.Int32 ? MemoryMarshal.Cast<byte, int>(data).ToArray() : [];
        return tensor.Format switch
        {
            NumberFormat.Int32 => [.. words.Select(v => (float)(v >> 16)), .. words.Select(v => (float)(ushort)v)],
            NumberFormat.Int16 => [.. MemoryMarshal.Cast<byte, short>(data).ToArray().Select(v => (float)v)],
            _ => [.. data.ToArray().Select(v => (float)(sbyte)v)],
        };
    }

    /// <inheritdoc/>
    protected override void Write(PlanTensor tensor, ReadOnlySpan<float> values)
    {
        byte[] data = new byte[values.Length * (tensor.Format == NumberFormat.Int16 || tensor.Format == NumberFormat.Int32
            ? sizeof(short) : 1)];
        Span<short> shorts = MemoryMarshal.Cast<byte, short>(data.AsSpan());
        Span<int> words = MemoryMarshal.Cast<byte, int>(data.AsSpan());
        int half = values.Length / 2;
        for (int i = 0; i < values.Length; i++)
        {
            if (tensor.Format == NumberFormat.Int16)
                shorts[i] = (short)Whole(values[i], short.MinValue, short.MaxValue);
            else if (tensor.Format != NumberFormat.Int32)
                data[i] = (byte)(sbyte)Whole(values[i], tensor.Format.MinValue(), tensor.Format.MaxValue());
            else if (i < half)
                words[i] = Whole(values[i], short.MinValue, short.MaxValue) << 16;
            else
                words[i - half] |= Whole(values[i], ushort.MinValue, ushort.MaxValue);
        }

        Store(tensor, data);

        int Whole(float value, long least, long greatest) => value == MathF.Floor(value) && value >= least && value <= greatest
            ? (int)value
            : throw new InputException($"checkpoint: {tensor.Name} holds {value}; it is {tensor.Format}.");
    }
}
