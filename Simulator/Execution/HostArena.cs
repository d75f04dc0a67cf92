using System.Collections.Immutable;
using NpuSim.Accelerators.Numerics;
using NpuSim.Simulator.Memory;
using NpuSim.Simulator.Planning;

namespace NpuSim.Simulator.Execution;

/// <summary>
/// Where on the host every address of a step's arena lies. In units of storage, byte a of the arena lies at a / (bytes of the
/// plan that a unit stands for): integers at the reported addresses themselves, floats at a half or a quarter of them. Elements
/// narrower than a unit (masks of one bit, 4-bit weights) are held one to a unit: what lies above such a tensor moves up by
/// what it takes more, and so the order of addresses stays and what shares no byte of the reported arena shares none here.
/// </summary>
/// <param name="Offsets">Per tensor, its first unit; −1 for those that do not lie in the arena.</param>
/// <param name="Lengths">Per tensor, its units.</param>
/// <param name="Length">Units of all.</param>
internal sealed record HostArena(ImmutableArray<int> Offsets, ImmutableArray<int> Lengths, int Length)
{
    /// <summary>Maps the arena of a step.</summary>
    /// <param name="step">The step.</param>
    /// <param name="unitBytes">
    /// Bytes of the plan that one unit of storage stands for: 1 for integers, 1 to 4 for floats.
    /// </param>
    /// <param name="isBytes">True: a unit of storage is a byte, and wider elements take several; false: any element takes
    /// one.</param>
    /// <param name="wholeElements">
    /// True: every element lies at a multiple of its size, also where the step's alignment is smaller.
    /// </param>
    /// <exception cref="OverflowException">It has more units than an array.</exception>
    public static HostArena Of(Step step, int unitBytes, bool isBytes, bool wholeElements)
    {
        (Plan plan, MemoryLayout layout) = step;
        int[] offsets = new int[plan.Tensors.Length];
        Array.Fill(offsets, -1);
        PriorityQueue<long, long> below = new(); // where what lies below ends on the host, by where it ends in the arena
        long address = 0, at = 0, free = 0;
        foreach (ArenaBuffer buffer in layout.Buffers.OrderBy(b => layout.Offsets[b.Tensors[0]]))
        {
            long start = layout.Offsets[buffer.Tensors[0]];
            while (below.TryPeek(out long end, out long reported) && reported <= start)
            {
                free = Math.Max(free, end);
                below.Dequeue();
            }

            at = Math.Max(at + CeilingDivide(start - address, unitBytes), free);
            if (wholeElements)
                at = CeilingDivide(at, Widest(buffer)) * Widest(buffer);
            address = start;
            below.Enqueue(at + buffer.Tensors.Max(t => Units(plan.Tensors[t])), start + buffer.Bytes);
            foreach (int tensor in buffer.Tensors)
                offsets[tensor] = checked((int)at);
        }

        foreach (PlanTensor view in plan.Tensors.Where(t => t is { ViewOf: not null, IsPersistent: false }))
            offsets[view.Id] = checked(offsets[plan.Owner(view.Id).Id] + (int)(view.First * Size(view.Format)));
        long length = below.UnorderedItems.Select(b => b.Element).Append(free).Max();
        return new([.. offsets], [.. plan.Tensors.Select(t => checked((int)Units(t)))], checked((int)length));

        long Size(NumberFormat format) => isBytes ? CeilingDivide(format.Bits(), 8) : 1;

        long Units(PlanTensor tensor) => tensor.Shape.Count * Size(tensor.Format);

        long Widest(ArenaBuffer buffer) => buffer.Tensors.Max(t => Size(plan.Tensors[t].Format));
    }

    private static long CeilingDivide(long value, long by) => (value + by - 1) / by;
}
