using System.Collections.Immutable;
using System.Numerics;
using NpuSim.Simulator.Planning;

namespace NpuSim.Simulator.Memory;

/// <summary>Lays out the scratch memory of a plan: lifetimes, in-place results, offsets.</summary>
public static class MemoryPlanner
{
    /// <summary>
    /// Finds an offset for every tensor such that no two tensors whose lifetimes meet share a byte, except where a result
    /// overwrites its operand in place. Tries several strategies and keeps the smallest arena. Same plan, same layout.
    /// </summary>
    /// <param name="plan">One step.</param>
    /// <param name="alignmentBytes">A power of two.</param>
    /// <exception cref="ArgumentOutOfRangeException">The alignment is no power of two.</exception>
    /// <exception cref="InputException">Sizes leave 64 bits.</exception>
    public static MemoryLayout Lay(Plan plan, int alignmentBytes)
    {
        if (alignmentBytes < 1 || !BitOperations.IsPow2(alignmentBytes))
            throw new ArgumentOutOfRangeException(nameof(alignmentBytes), alignmentBytes, "The alignment is a power of two.");
        try
        {
            return LayOut(plan, alignmentBytes);
        }
        catch (OverflowException overflow)
        {
            throw new InputException($"{plan.Name}: the tensors need more bytes than 64 bits count.", overflow);
        }
    }

    private static MemoryLayout LayOut(Plan plan, int alignmentBytes)
    {
        Lifetimes lifetimes = Lifetimes.Of(plan);
        ImmutableArray<InPlaceResult> inPlace = InPlace.Decide(plan, lifetimes);
        ImmutableArray<ArenaBuffer> buffers = InPlace.Buffers(plan, lifetimes, inPlace);
        long[] live = Occupancy(plan, buffers, b => b.Bytes);
        long bound = Occupancy(plan, buffers, b => FirstFit.Align(b.Bytes, alignmentBytes)).DefaultIfEmpty().Max();
        (long[] placed, ArenaStrategy strategy) = ArenaSearch.Best(buffers, live, alignmentBytes, bound);

        long[] offsets = new long[plan.Tensors.Length];
        Array.Fill(offsets, -1);
        long arena = 0;
        for (int b = 0; b < buffers.Length; b++)
        {
            arena = Math.Max(arena, placed[b] + buffers[b].Bytes);
            foreach (int tensor in buffers[b].Tensors)
                offsets[tensor] = placed[b];
        }

        PlanTensor[] persistent = [.. plan.Tensors.Where(t => t.IsPersistent && t.ViewOf is null)];
        long area = 0;
        foreach (PlanTensor tensor in persistent)
        {
            offsets[tensor.Id] = area;
            area = checked(area + FirstFit.Align(tensor.Bytes, alignmentBytes));
        }

        foreach (PlanTensor tensor in plan.Tensors)
            offsets[tensor.Id] = offsets[plan.Owner(tensor.Id).Id];

        long peak = live.DefaultIfEmpty().Max();
        int peakOp = Array.IndexOf(live, peak);
        return new MemoryLayout(
            alignmentBytes, [.. offsets], buffers, inPlace, strategy, arena, peak, peakOp,
            ByRole(LiveAt(plan, lifetimes, buffers, peakOp)),
            [.. live], persistent.Sum(t => t.Bytes), area, ByRole(persistent));
    }

    // The tensor that each live buffer holds at the end of the operation.
    private static IEnumerable<PlanTensor> LiveAt(Plan plan, Lifetimes lifetimes, ImmutableArray<ArenaBuffer> buffers, int op) =>
        from buffer in buffers
        where buffer.First <= op && op <= buffer.Last
        select plan.Tensors[buffer.Tensors.Last(t => lifetimes.First[t] <= op)];

    private static ImmutableSortedDictionary<TensorRole, long> ByRole(IEnumerable<PlanTensor> tensors) =>
        tensors.GroupBy(t => t.Role).ToImmutableSortedDictionary(g => g.Key, g => g.Sum(t => t.Bytes));

    private static long[] Occupancy(Plan plan, ImmutableArray<ArenaBuffer> buffers, Func<ArenaBuffer, long> size)
    {
        long[] change = new long[plan.Ops.Length + 1];
        foreach (ArenaBuffer buffer in buffers)
        {
            checked
            {
                change[buffer.First] += size(buffer);
                change[buffer.Last + 1] -= size(buffer);
            }
        }

        long[] live = new long[plan.Ops.Length];
        long now = 0;
        for (int op = 0; op < live.Length; op++)
            live[op] = now = checked(now + change[op]);
        return live;
    }
}
