using System.Collections.Immutable;
using System.Runtime.InteropServices;
using NpuSim.Accelerators.Kernels;
using NpuSim.Accelerators.Numerics;
using NpuSim.Simulator.Planning;

namespace NpuSim.Simulator.Execution;

/// <content>What a run hands on when it goes on elsewhere.</content>
public sealed partial class FixedPointMachine
{
    /// <summary>Updates, those rounded away, directions, ties; then accumulations, overflows and clips of each operation.</summary>
    public override ImmutableArray<long> Counts =>
        [updates, roundedAway, Directions.All, Directions.Tied, .. overflow.SelectMany(o => new[] { o.Accumulations, o.Overflowed, o.Clipped })];

    /// <inheritdoc/>
    protected override void Recount(ReadOnlySpan<long> counts)
    {
        (updates, roundedAway, Directions) = (counts[0], counts[1], (counts[2], counts[3]));
        for (int i = 0; i < overflow.Length; i++)
            overflow[i] = new OverflowCount(counts[4 + (3 * i)], counts[5 + (3 * i)], counts[6 + (3 * i)]);
    }

    /// <inheritdoc/>
    protected override float[] Read(PlanTensor tensor)
    {
        byte[] data = weights.Of(tensor, ScaleOf(tensor.Id));
        int[] words = tensor.Format == NumberFormat.Int32 ? MemoryMarshal.Cast<byte, int>(data).ToArray() : [];
        return tensor.Format switch
        {
            NumberFormat.Int32 => [.. words.Select(v => (float)(v >> 16)), .. words.Select(v => (float)(ushort)v)],
            NumberFormat.Int16 => [.. MemoryMarshal.Cast<byte, short>(data).ToArray().Select(v => (float)v)],
            _ => [.. data.Select(v => (float)(sbyte)v)],
        };
    }

    /// <inheritdoc/>
    protected override void Write(PlanTensor tensor, ReadOnlySpan<float> values)
    {
        byte[] data = weights.Of(tensor, ScaleOf(tensor.Id));
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

        int Whole(float value, long least, long greatest) => value == MathF.Floor(value) && value >= least && value <= greatest
            ? (int)value
            : throw new InputException($"checkpoint: {tensor.Name} holds {value}; it is {tensor.Format}.");
    }
}
