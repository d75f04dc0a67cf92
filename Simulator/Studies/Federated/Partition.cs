using System.Collections.Immutable;
using NpuSim.Random;

namespace NpuSim.Simulator.Studies.Federated;

/// <summary>Which samples each client has: as many for each, none twice. A function of the data's seed alone, the same for every
/// run.</summary>
public static class Partition
{
    /// <summary>Deals samples to clients.</summary>
    /// <param name="kind">How.</param>
    /// <param name="labels">Class of each sample.</param>
    /// <param name="clients">K, at least 1; the samples are a multiple of it.</param>
    /// <param name="concentrationPerClass">a of Dir(a, …, a); above 0, only for <see cref="PartitionKind.Dirichlet"/>.</param>
    /// <param name="seed">The data's seed.</param>
    /// <returns>[K], indices of the samples of each.</returns>
    /// <exception cref="ArgumentException">The samples cannot be dealt evenly.</exception>
    public static ImmutableArray<int[]> Of(
        PartitionKind kind, ReadOnlySpan<int> labels, int clients, double concentrationPerClass, ulong seed)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(clients, 1);
        int each = labels.Length / clients, parts = kind == PartitionKind.Shards ? 2 : 1;
        if (each * clients != labels.Length || each % parts != 0)
            throw new ArgumentException($"{labels.Length} samples for {clients} clients in {parts} parts each.", nameof(labels));
        RandomStream random = new(seed, "partition");
        int[] order = [.. Enumerable.Range(0, labels.Length)];
        random.Shuffle<int>(order);
        if (kind == PartitionKind.Dirichlet)
            return Dirichlet(labels, order, clients, concentrationPerClass, random);
        if (kind == PartitionKind.Iid)
            return [.. order.Chunk(each)];
        int[] classes = labels.ToArray();
        int[][] shards = [.. order.OrderBy(i => classes[i]).Chunk(each / 2)]; // stable: random within a class
        random.Shuffle<int[]>(shards);
        return [.. shards.Chunk(2).Select(pair => pair.SelectMany(s => s).ToArray())];
    }

    // One sample after the other without replacement; a class that is used up has share 0 from then on.
    private static ImmutableArray<int[]> Dirichlet(
        ReadOnlySpan<int> labels, int[] order, int clients, double concentration, RandomStream random)
    {
        Stack<int>[] left = [.. Enumerable.Range(0, labels.ToArray().DefaultIfEmpty().Max() + 1).Select(_ => new Stack<int>())];
        foreach (int sample in order)
            left[labels[sample]].Push(sample);
        var dealt = ImmutableArray.CreateBuilder<int[]>(clients);
        for (int client = 0; client < clients; client++)
        {
            double[] shares = Shares(left.Length, concentration, random);
            int[] own = new int[labels.Length / clients];
            for (int i = 0; i < own.Length; i++)
                own[i] = left[Draw(shares, left, random)].Pop();
            dealt.Add(own);
        }

        return dealt.MoveToImmutable();
    }

    private static int Draw(double[] shares, Stack<int>[] left, RandomStream random)
    {
        double sum = 0;
        for (int c = 0; c < shares.Length; c++)
            sum += left[c].Count > 0 ? shares[c] : 0;
        double at = random.NextDouble() * sum;
        int last = -1;
        for (int c = 0; c < shares.Length; c++)
        {
            if (left[c].Count == 0)
                continue;
            if (last < 0 || shares[c] > 0 || sum == 0)
                last = c;
            at -= shares[c];
            if (at < 0)
                return c;
        }

        return last; // what rounding left over, or classes whose shares are all 0
    }

    // Proportional to gamma variables, formed from their logarithms: of small shapes they leave the range of doubles.
    private static double[] Shares(int classes, double shape, RandomStream random)
    {
        double[] logs = [.. Enumerable.Range(0, classes).Select(_ => LogGamma(shape, random))];
        double most = logs.Max();
        return [.. logs.Select(l => l - most < -700 ? 0 : Elementary.Exp(l - most))];
    }

    // Marsaglia and Tsang, "A simple method for generating gamma variables" (2000), with shape + 1 and a power of a uniform one.
    private static double LogGamma(double shape, RandomStream random)
    {
        double d = shape + 1 - (1.0 / 3), c = 1 / Math.Sqrt(9 * d);
        while (true)
        {
            double x = random.NextNormal(), root = 1 + (c * x), v = root * root * root, u = 1 - random.NextDouble();
            if (v > 0 && Elementary.Log(u) < (0.5 * x * x) + d - (d * v) + (d * Elementary.Log(v)))
                return Elementary.Log(d * v) + (Elementary.Log(1 - random.NextDouble()) / shape);
        }
    }
}
