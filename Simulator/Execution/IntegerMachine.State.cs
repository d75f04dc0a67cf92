using System.Collections.Immutable;
using System.Runtime.InteropServices;
using NpuSim.Accelerators.Kernels;
using NpuSim.Accelerators.Numerics;
using NpuSim.Simulator.Planning;

namespace NpuSim.Simulator.Execution;

/// <content>What a run hands on when it goes on elsewhere: the same wherever it ran.</content>
public abstract partial class IntegerMachine
{
    /// <summary>Updates, those rounded away, directions, ties; then accumulations, overflows and clips of each operation.</summary>
    public override ImmutableArray<long> Counts
    {
        get
        {
            MachineCounts counts = Tally();
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

    /// <summary>Takes over the counts of another machine.</summary>
    protected abstract void Recount(MachineCounts counts);

    /// <inheritdoc/>
    protected override void Recount(ReadOnlySpan<long> counts)
    {
        Directions = (counts[2], counts[3]);
        OverflowCount[] overflow = new OverflowCount[Plan.Ops.Length];
        for (int i = 0; i < overflow.Length; i++)
            overflow[i] = new OverflowCount(counts[4 + (3 * i)], counts[5 + (3 * i)], counts[6 + (3 * i)]);
        Recount(new MachineCounts(overflow, counts[0], counts[1]));
    }

    /// <inheritdoc/>
    protected override float[] Read(PlanTensor tensor)
    {
        if (tensor.Format == NumberFormat.Int32)
            throw new InputException($"checkpoint: '{tensor.Name}' has 32-bit integers, which a checkpoint does not hold; accepted are methods whose state has up to 16 bits.");
        ReadOnlySpan<byte> data = Load(tensor);
        return tensor.Format == NumberFormat.Int16
            ? [.. MemoryMarshal.Cast<byte, short>(data).ToArray().Select(v => (float)v)]
            : [.. data.ToArray().Select(v => (float)(sbyte)v)];
    }

    /// <inheritdoc/>
    protected override void Write(PlanTensor tensor, ReadOnlySpan<float> values)
    {
        bool wide = tensor.Format == NumberFormat.Int16;
        byte[] data = new byte[values.Length * (wide ? sizeof(short) : 1)];
        Span<short> shorts = MemoryMarshal.Cast<byte, short>(data.AsSpan());
        for (int i = 0; i < values.Length; i++)
        {
            float value = values[i];
            if (value != MathF.Floor(value) || value < tensor.Format.MinValue() || value > tensor.Format.MaxValue())
                throw new InputException($"checkpoint: {tensor.Name} holds {value}; it is {tensor.Format}.");
            if (wide)
                shorts[i] = (short)value;
            else
                data[i] = (byte)(sbyte)value;
        }

        Store(tensor, data);
    }
}
