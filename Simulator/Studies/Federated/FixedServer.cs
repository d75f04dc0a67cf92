using System.Collections.Immutable;
using NpuSim.Accelerators.Numerics;
using NpuSim.Random;
using NpuSim.Simulator.Execution;

namespace NpuSim.Simulator.Studies.Federated;

/// <summary>
/// Averages integers in 64 bits and keeps eight fractional bits between rounds, so that changes below half a step add up. Divides
/// once, and cuts the fraction once, with the profile's rounding. No order of the clients changes a bit.
/// </summary>
internal sealed class FixedServer : IServer
{
    private const int Fraction = 1 << 8;

    private readonly long[] kept, sums, least, most;
    private readonly Rounding rounding;
    private readonly ulong seed;
    private long samples;

    /// <summary>Starts from weights.</summary>
    public FixedServer(ImmutableArray<TrainedTensor> tensors, ReadOnlySpan<float> weights, Rounding rounding, ulong seed)
    {
        (this.rounding, this.seed) = (rounding, seed);
        Weights = weights.ToArray();
        kept = [.. Weights.Select(w => (long)w * Fraction)];
        sums = new long[kept.Length];
        least = [.. tensors.SelectMany(t => Enumerable.Repeat(t.Format.MinValue(), t.Count))];
        most = [.. tensors.SelectMany(t => Enumerable.Repeat(t.Format.MaxValue(), t.Count))];
    }

    /// <inheritdoc/>
    public float[] Weights { get; private set; }

    // At most 16 bits and eight of fraction: binary32 holds them. Weights sent out follow: stochastic rounding drew them.
    /// <inheritdoc/>
    public float[] Kept => [.. kept.Select(k => (float)k), .. Weights];

    /// <inheritdoc/>
    public void Add(ReadOnlySpan<float> weights, long samples)
    {
        for (int i = 0; i < sums.Length; i++)
            sums[i] += samples * ((long)weights[i] - (long)Weights[i]);
        this.samples += samples;
    }

    /// <inheritdoc/>
    public void End(int round)
    {
        if (samples > 0)
        {
            RandomStream? random = rounding == Rounding.Stochastic ? new(seed, $"server rounding of round {round}") : null;
            float[] next = new float[sums.Length];
            for (int i = 0; i < sums.Length; i++)
            {
                long mean = RoundedDivision.Of(sums[i] * Fraction, samples, rounding, random?.NextDouble() ?? 0);
                kept[i] = Math.Clamp(kept[i] + mean, least[i] * Fraction, most[i] * Fraction);
                next[i] = RoundedDivision.Of(kept[i], Fraction, rounding, random?.NextDouble() ?? 0);
            }

            Weights = next;
        }

        Array.Clear(sums);
        samples = 0;
    }

    /// <inheritdoc/>
    public void Restore(ReadOnlySpan<float> kept)
    {
        for (int i = 0; i < this.kept.Length; i++)
            this.kept[i] = (long)kept[i];
        Weights = kept[this.kept.Length..].ToArray();
    }
}
