using System.Collections.Immutable;
using NpuSim.Random;

namespace NpuSim.Simulator.Memory;

/// <summary>How the offsets of an arena were found.</summary>
public enum ArenaStrategy
{
    /// <summary>Largest buffer first.</summary>
    GreedyBySize,

    /// <summary>Longest lifetime first: saved activations stack up at the bottom.</summary>
    GreedyByLifetime,

    /// <summary>Largest product of size and lifetime first.</summary>
    GreedyByArea,

    /// <summary>
    /// Operations by their live bytes, most first, and of each its largest buffers (Pisarchyk and Lee, arXiv 2001.03288).
    /// </summary>
    GreedyByBreadth,

    /// <summary>In order of birth.</summary>
    GreedyByBirth,

    /// <summary>Local search from the best of the above.</summary>
    LocalSearch,
}

/// <summary>Finds offsets for buffers: several orders for first fit, then local search over the order while it pays.</summary>
internal static class ArenaSearch
{
    /// <summary>Comparisons that the local search may spend: some milliseconds.</summary>
    private const long SearchBudget = 1_500_000;

    /// <summary>
    /// Offsets of the best layout found. Stops early at <paramref name="lowerBound"/>, which no layout can beat.
    /// </summary>
    public static (long[] Offsets, ArenaStrategy Strategy) Best(
        ImmutableArray<ArenaBuffer> buffers, ReadOnlySpan<long> liveBytes, int alignmentBytes, long lowerBound)
    {
        FirstFit fit = new(buffers, alignmentBytes);
        long[] best = new long[buffers.Length], trial = new long[buffers.Length];
        int[] bestOrder = [];
        long top = long.MaxValue;
        ArenaStrategy strategy = ArenaStrategy.GreedyBySize;
        for (ArenaStrategy greedy = ArenaStrategy.GreedyBySize; greedy < ArenaStrategy.LocalSearch && top > lowerBound; greedy++)
        {
            int[] order = Order(buffers, liveBytes, greedy);
            long end = fit.Place(order, top - 1, trial);
            if (end < top)
            {
                (top, strategy, bestOrder) = (end, greedy, order);
                (best, trial) = (trial, best);
            }
        }

        if (Improve(fit, buffers, bestOrder, top, lowerBound, alignmentBytes, ref best))
            strategy = ArenaStrategy.LocalSearch;
        return (best, strategy);
    }

    private static int[] Order(ImmutableArray<ArenaBuffer> buffers, ReadOnlySpan<long> liveBytes, ArenaStrategy strategy)
    {
        double[] breadth = new double[buffers.Length];
        if (strategy == ArenaStrategy.GreedyByBreadth)
        {
            for (int b = 0; b < buffers.Length; b++)
            {
                for (int op = buffers[b].First; op <= buffers[b].Last; op++)
                    breadth[b] = Math.Max(breadth[b], liveBytes[op]);
            }
        }

        double Key(int i) => strategy switch
        {
            ArenaStrategy.GreedyByLifetime => buffers[i].Last - buffers[i].First,
            ArenaStrategy.GreedyByArea => (double)buffers[i].Bytes * (buffers[i].Last - buffers[i].First + 1),
            ArenaStrategy.GreedyByBreadth => breadth[i],
            ArenaStrategy.GreedyByBirth => -buffers[i].First,
            _ => 0,
        };
        return [.. Enumerable.Range(0, buffers.Length)
            .OrderByDescending(Key).ThenByDescending(i => buffers[i].Bytes).ThenBy(i => buffers[i].First)];
    }

    // Moves the buffer that sticks out highest to an earlier place in the order, or swaps two, and keeps what is no worse.
    private static bool Improve(
        FirstFit fit, ImmutableArray<ArenaBuffer> buffers, int[] order, long top, long lowerBound, int alignmentBytes,
        ref long[] best)
    {
        RandomStream random = new(0, "arena search");
        long start = fit.Comparisons, found = top;
        int[] candidate = new int[order.Length];
        long[] trial = new long[order.Length];
        while (top > lowerBound && fit.Comparisons - start < SearchBudget)
        {
            order.CopyTo(candidate, 0);
            int from = random.NextInt32(2) == 0
                ? Highest(order, best, buffers, alignmentBytes, top)
                : random.NextInt32(order.Length);
            Move(candidate, from, random.NextInt32(from + 1));
            long end = fit.Place(candidate, top, trial);
            if (end > top)
                continue;
            top = end;
            (order, candidate) = (candidate, order);
            (best, trial) = (trial, best);
        }

        return top < found;
    }

    private static int Highest(int[] order, long[] offsets, ImmutableArray<ArenaBuffer> buffers, int alignmentBytes, long top) =>
        Array.FindIndex(order, b => offsets[b] + FirstFit.Align(buffers[b].Bytes, alignmentBytes) == top);

    private static void Move(int[] order, int from, int to)
    {
        int buffer = order[from];
        Array.Copy(order, to, order, to + 1, from - to);
        order[to] = buffer;
    }
}
