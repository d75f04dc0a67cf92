using System.Runtime.InteropServices;

namespace NpuSim.Accelerators.OpenCl;

/// <summary>Pairs of 64-bit counts in a device's memory that kernels add to: what overflowed and what was clipped, by
/// slot.</summary>
internal sealed class DeviceCounts : IDisposable
{
    private const int WordsPerSlot = 4;

    private readonly OpenClQueue queue;

    /// <summary>Counts at zero.</summary>
    /// <param name="queue">The queue whose kernels add to them.</param>
    /// <param name="slots">Pairs.</param>
    public DeviceCounts(OpenClQueue queue, int slots)
    {
        this.queue = queue;
        Buffer = queue.Upload(new byte[Math.Max(1, slots) * WordsPerSlot * sizeof(uint)]);
        Slots = slots;
    }

    /// <summary>Pairs.</summary>
    public int Slots { get; }

    internal DeviceBuffer Buffer { get; }

    /// <summary>The counts so far, after all work asked of the queue.</summary>
    public (long First, long Second)[] Read()
    {
        ulong[] words = new ulong[Slots * 2];
        queue.Read(Buffer, 0, MemoryMarshal.AsBytes(words.AsSpan()));
        return [.. Enumerable.Range(0, Slots).Select(i => ((long)words[2 * i], (long)words[(2 * i) + 1]))];
    }

    /// <summary>Sets the counts of every slot.</summary>
    /// <param name="counts">A pair for each slot.</param>
    public void Write(ReadOnlySpan<(long First, long Second)> counts)
    {
        if (counts.Length != Slots)
            throw new ArgumentException($"{counts.Length} counts for {Slots} slots.", nameof(counts));
        ulong[] words = new ulong[Slots * 2];
        for (int i = 0; i < counts.Length; i++)
            (words[2 * i], words[(2 * i) + 1]) = ((ulong)counts[i].First, (ulong)counts[i].Second);
        queue.Write<ulong>(Buffer, words);
    }

    /// <summary>Gives the memory back.</summary>
    public void Dispose() => Buffer.Dispose();
}
