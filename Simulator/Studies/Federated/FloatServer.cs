using System.Collections.Immutable;
using NpuSim.Accelerators.Numerics;
using NpuSim.Simulator.Execution;

namespace NpuSim.Simulator.Studies.Federated;

/// <summary>Averages in floating point: sums in binary64 in the order of the clients' numbers, kept in binary32 between rounds,
/// sent out in the format of the devices, integers rounded to the nearest, ties away from zero.</summary>
internal sealed class FloatServer : IServer
{
    private readonly float[] kept;
    private readonly double[] sums;
    private readonly ImmutableArray<TrainedTensor> tensors;
    private long samples;

    /// <summary>Starts from weights.</summary>
    public FloatServer(ImmutableArray<TrainedTensor> tensors, ReadOnlySpan<float> weights)
    {
        this.tensors = tensors;
        kept = weights.ToArray();
        sums = new double[kept.Length];
        Weights = weights.ToArray();
    }

    /// <inheritdoc/>
    public float[] Weights { get; private set; }

    /// <inheritdoc/>
    public float[] Kept => [.. kept];

    /// <inheritdoc/>
    public void Add(ReadOnlySpan<float> weights, long samples)
    {
        for (int i = 0; i < sums.Length; i++)
            sums[i] += samples * ((double)weights[i] - Weights[i]);
        this.samples += samples;
    }

    /// <inheritdoc/>
    public void End(int round)
    {
        if (samples > 0)
        {
            for (int i = 0; i < kept.Length; i++)
                kept[i] = (float)(kept[i] + (sums[i] / samples));
            Weights = Stored();
        }

        Array.Clear(sums);
        samples = 0;
    }

    /// <inheritdoc/>
    public void Restore(ReadOnlySpan<float> kept)
    {
        kept.CopyTo(this.kept);
        Weights = Stored();
    }

    // As the devices can store them.
    private float[] Stored()
    {
        float[] stored = [.. kept];
        Span<float> rest = stored;
        foreach (TrainedTensor tensor in tensors)
        {
            Span<float> own = rest[..tensor.Count];
            if (!tensor.Format.IsInteger())
                FloatRounding.Round(tensor.Format, own);
            foreach (ref float value in tensor.Format.IsInteger() ? own : [])
                value = (float)Math.Clamp(
                    Math.Round((double)value, MidpointRounding.AwayFromZero), tensor.Format.MinValue(), tensor.Format.MaxValue());
            rest = rest[tensor.Count..];
        }

        return stored;
    }
}
