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
        if (tensor.Format == NumberFormat.Int32)
            throw new InputException($"checkpoint: '{tensor.Name}' has 32-bit integers, which a checkpoint does not hold; accepted are methods whose state has up to 16 bits.");
        byte[] data = weights.Of(tensor, ScaleOf(tensor.Id));
        return tensor.Format == NumberFormat.Int16
            ? [.. MemoryMarshal.Cast<byte, short>(data).ToArray().Select(v => (float)v)]
            : [.. data.Select(v => (float)(sbyte)v)];
    }

    /// <inheritdoc/>
    protected override void Write(PlanTensor tensor, ReadOnlySpan<float> values)
    {
        byte[] data = weights.Of(tensor, ScaleOf(tensor.Id));
        Span<short> shorts = MemoryMarshal.Cast<byte, short>(data.AsSpan());
        for (int i = 0; i < values.Length; i++)
        {
            float value = values[i];
            if (value != MathF.Floor(value) || value < tensor.Format.MinValue() || value > tensor.Format.MaxValue())
                throw new InputException($"checkpoint: {tensor.Name} holds {value}; it is {tensor.Format}.");
            if (tensor.Format == NumberFormat.Int16)
                shorts[i] = (short)value;
            else
                data[i] = (byte)(sbyte)value;
        }
    }
}
