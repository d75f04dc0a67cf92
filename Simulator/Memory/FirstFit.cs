using System.Collections.Immutable;
using System.Numerics;
using System.Runtime.Intrinsics;

namespace NpuSim.Simulator.Memory;

/// <summary>
/// Places buffers one after another, each at the lowest offset where it meets no live neighbour. The order decides all.
/// </summary>
internal sealed class FirstFit
{
    private readonly long[] sizes;
    private readonly int[] firsts, lasts;
    private readonly int[] byOffset, firstsByOffset, lastsByOffset; // of what is placed

    /// <summary>Prepares for these buffers, sizes rounded up to <paramref name="alignmentBytes"/>.</summary>
    public FirstFit(ImmutableArray<ArenaBuffer> buffers, int alignmentBytes)
    {
        sizes = [.. buffers.Select(b => Align(b.Bytes, alignmentBytes))];
        firsts = [.. buffers.Select(b => b.First)];
        lasts = [.. buffers.Select(b => b.Last)];
        (byOffset, firstsByOffset, lastsByOffset) = (new int[buffers.Length], new int[buffers.Length], new int[buffers.Length]);
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
            int i = Neighbour(buffer, 0, placed);
            for (; i < placed; i = Neighbour(buffer, i + 1, placed))
            {
                int other = byOffset[i];
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

        Enter(byOffset, buffer);
        Enter(firstsByOffset, firsts[buffer]);
        Enter(lastsByOffset, lasts[buffer]);

        void Enter(int[] list, int value)
        {
            Array.Copy(list, low, list, low + 1, placed - low);
            list[low] = value;
        }
    }

    // The next placed buffer that is live while this one is, from a place in the order of offsets on; their number: none is.
    private int Neighbour(int buffer, int from, int placed)
    {
        int first = firsts[buffer], last = lasts[buffer];
        if (Vector256.IsHardwareAccelerated)
        {
            for (; from <= placed - Vector256<int>.Count; from += Vector256<int>.Count)
            {
                Vector256<int> starts = Vector256.Create(firstsByOffset, from), ends = Vector256.Create(lastsByOffset, from);
                uint live = (Vector256.LessThanOrEqual(starts, Vector256.Create(last))
                    & Vector256.GreaterThanOrEqual(ends, Vector256.Create(first))).ExtractMostSignificantBits();
                if (live != 0)
                    return from + BitOperations.TrailingZeroCount(live);
            }
        }

        while (from < placed && (firstsByOffset[from] > last || lastsByOffset[from] < first))
            from++;
        return from;
    }
}
