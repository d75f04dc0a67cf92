using System.Runtime.InteropServices;
using NpuSim.Accelerators.Numerics;
using NpuSim.Simulator.Planning;

namespace NpuSim.Simulator.Execution;

/// <content>What a run hands on when it goes on elsewhere.</content>
public sealed partial class FixedPointMachine
{
    /// <inheritdoc/>
    protected override void Recount(MachineCounts counts)
    {
        (updates, roundedAway) = (counts.Updates, counts.RoundedAway);
        for (int i = 0; i < overflow.Length; i++)
            overflow[i] = counts.Overflow[i];
    }

    /// <inheritdoc/>
    protected override float[] Read(PlanTensor tensor)
    {
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
