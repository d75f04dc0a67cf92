namespace NpuSim.Accelerators.Kernels.Elements;

/// <summary>Work on many elements that do not depend on each other, cut into chunks that fit the first-level cache.</summary>
internal abstract unsafe class ElementJob : IWork
{
    /// <summary>Elements per chunk at most.</summary>
    internal const int Chunk = 1024;

    private const int ChunksPerItem = 16;

    private long count, total;

    /// <inheritdoc/>
    public void Run(int item)
    {
        long first = (long)item * Chunk * ChunksPerItem, end = Math.Min(count, first + (Chunk * ChunksPerItem)), sum = 0;
        for (; first < end; first += Chunk)
            sum += Do(first, (int)Math.Min(Chunk, end - first));
        Interlocked.Add(ref total, sum);
    }

    /// <summary>Does elements first … first + length − 1 and returns what is to be counted.</summary>
    protected abstract long Do(long first, int length);

    /// <summary>Does all elements, on the team when they are many; returns the sum of the counts.</summary>
    protected long Execute(long elements)
    {
        (count, total) = (elements, 0);
        WorkTeam.Run(this, (int)((elements + (Chunk * ChunksPerItem) - 1) / (Chunk * ChunksPerItem)));
        return total;
    }
}
