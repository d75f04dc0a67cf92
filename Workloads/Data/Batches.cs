using NpuSim.Random;

namespace NpuSim.Workloads.Data;

/// <summary>
/// Which samples each training step takes: every epoch is a new random order of all samples, and steps run through the epochs
/// without gaps, so that a batch may end one and begin the next. A pure function of seed and step, whatever was asked before.
/// </summary>
/// <param name="seed">The run's seed.</param>
/// <param name="batch">Samples per step, at least 1.</param>
/// <param name="count">Samples there are, at least 1.</param>
public sealed class Batches(ulong seed, int batch, int count)
{
    private readonly int batch = batch >= 1 ? batch
        : throw new ArgumentOutOfRangeException(nameof(batch), batch, "The least is 1.");
    private readonly int count = count >= 1 ? count
        : throw new ArgumentOutOfRangeException(nameof(count), count, "The least is 1.");

    // The order asked for last; replaced as a whole, so that threads may share it.
    private Epoch latest = new(-1, []);

    /// <summary>Indices of the samples of one step, each 0..count−1.</summary>
    /// <param name="step">From 0.</param>
    public int[] Indices(int step)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(step);
        int[] indices = new int[batch];
        long first = (long)step * batch;
        for (int i = 0; i < batch; i++)
            indices[i] = Order((first + i) / count)[(int)((first + i) % count)];
        return indices;
    }

    /// <summary>Indices of the samples of one step, without keeping anything for the next.</summary>
    /// <param name="seed">The run's seed.</param>
    /// <param name="step">From 0.</param>
    /// <param name="batch">Samples per step, at least 1.</param>
    /// <param name="count">Samples there are, at least 1.</param>
    public static int[] Indices(ulong seed, int step, int batch, int count) => new Batches(seed, batch, count).Indices(step);

    private int[] Order(long epoch)
    {
        Epoch known = latest;
        if (known.Number != epoch)
        {
            int[] order = [.. Enumerable.Range(0, count)];
            new RandomStream(seed, $"order of epoch {epoch}").Shuffle<int>(order);
            latest = known = new Epoch(epoch, order);
        }

        return known.Order;
    }

    private sealed record Epoch(long Number, int[] Order);
}
