using System.Collections.Immutable;
using NpuSim.Random;
using NpuSim.Simulator.Memory;

namespace NpuSim.Simulator.Tests.Memory;

public sealed class FirstFitTests
{
    [Test]
    public void Each_buffer_lies_at_the_lowest_offset_that_its_live_neighbours_leave([Range(0, 60, 4)] int count)
    {
        RandomStream random = new((ulong)count, "first fit");
        ImmutableArray<ArenaBuffer> buffers = [.. Enumerable.Range(0, count).Select(i =>
        {
            int first = random.NextInt32(40);
            return new ArenaBuffer([i], 1 + random.NextInt32(100), first, first + random.NextInt32(12));
        })];
        int[] order = [.. Enumerable.Range(0, count)];
        random.Shuffle<int>(order);

        FirstFit fit = new(buffers, 16);
        long[] offsets = new long[count];
        long top = fit.Place(order, long.MaxValue, offsets);
        (long[] expected, long comparisons) = Textbook(buffers, order);
        Assert.Multiple(() =>
        {
            Assert.That(offsets, Is.EqualTo(expected));
            Assert.That(top,
                Is.EqualTo(order.Select(b => expected[b] + FirstFit.Align(buffers[b].Bytes, 16)).DefaultIfEmpty().Max()));
            Assert.That(fit.Comparisons, Is.EqualTo(comparisons), "the effort is counted as if each were looked at");
        });
    }

    // Every placed buffer in the order of offsets, one after another, until there is a gap.
    private static (long[] Offsets, long Comparisons) Textbook(ImmutableArray<ArenaBuffer> buffers, int[] order)
    {
        long[] offsets = new long[buffers.Length];
        List<int> placed = [];
        long comparisons = 0;
        foreach (int b in order)
        {
            long at = 0, size = FirstFit.Align(buffers[b].Bytes, 16);
            int seen = 0;
            foreach (int other in placed)
            {
                seen++;
                if (buffers[b].First > buffers[other].Last || buffers[other].First > buffers[b].Last)
                    continue;
                if (offsets[other] - at >= size)
                {
                    seen--;
                    break;
                }

                at = Math.Max(at, offsets[other] + FirstFit.Align(buffers[other].Bytes, 16));
            }

            comparisons += seen + 1;
            offsets[b] = at;
            placed.Insert(placed.Count(p => offsets[p] <= at), b);
        }

        return (offsets, comparisons);
    }
}
