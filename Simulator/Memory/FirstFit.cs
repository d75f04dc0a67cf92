using System.Collections.Immutable;

namespace NpuSim.Simulator.Memory;

/// <summary>
/// Places buffers one after another, each at the lowest offset where it meets no live neighbour. The order decides all.
/// </summary>
internal sealed class FirstFit
{
    private readonly long[] sizes;
    private readonly int[] firsts, lasts, byOffset;

    /// <summary>Prepares for these buffers, sizes rounded up to <paramref name="alignmentBytes"/>.</summary>
    public FirstFit(ImmutableArray<ArenaBuffer> buffers, int alignmentBytes)
    {
        sizes = [.. buffers.Select(b => Align(b.Bytes, alignmentBytes))];
        firsts = [.. buffers.Select(b => b.First)];
        lasts = [.. buffers.Select(b => b.Last)];
        byOffset = new int[buffers.Length];
    }

    /// <summary>Buffers compared so far: a measure of effort that is the same on every machine.</summary>
    public long Comparisons { get; private set; }

    /// <summary>Rounds up to a multiple of <paramref name="alignment"/>.</summary>
    public static long Align(long bytes, int alignment) => checked((bytes + alignment - 1) / alignment * alignment);

    /// <summary>
    /// Places the buffers in <paramref name="order"/> and writes where to <paramref name="offsets"/>. Returns the end of the
    /// highest one, or <see cref="long.MaxValue"/> as soon as that passes <paramref name="limit"/>.
    /// </summary>
    public long Place(ReadOnlySpan<int> order, long limit, Span<long> offsets)
    {
        long top = 0;
        for (int placed = 0; placed < order.Length; placed++)
        {
            int buffer = order[placed];
            long at = 0, size = sizes[buffer];
            int i = 0;
            for (; i < placed; i++)
            {
                int other = byOffset[i];
                if (firsts[buffer] > lasts[other] || firsts[other] > lasts[buffer])
                    continue;
                if (offsets[other] - at >= size)
                    break;
                at = Math.Max(at, offsets[other] + sizes[other]);
            }

            Comparisons += i + 1;
            top = Math.Max(top, checked(at + size));
            if (top > limit)
                return long.MaxValue;
            offsets[buffer] = at;
            Insert(buffer, at, placed, offsets);
        }

        return top;
    }

    private void Insert(int buffer, long at, int placed, ReadOnlySpan<long> offsets)
    {
        int low = 0, high = placed;
        while (low < high)
        {
            int middle = (low + high) / 2;
            if (offsets[byOffset[middle]] <= at)
                low = middle + 1;
            else
                high = middle;
        }

        Array.Copy(byOffset, low, byOffset, low + 1, placed - low);
        byOffset[low] = buffer;
    }
}
