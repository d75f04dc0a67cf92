using NpuSim.Simulator.Memory;
using NpuSim.Simulator.Planning;

namespace NpuSim.Simulator.Tests.Memory;

/// <summary>
/// Runs a plan on a memory whose every byte remembers which version of which tensor wrote it: an independent check of a layout
/// that knows nothing of lifetimes. Reading a byte that something else wrote is a fault.
/// </summary>
internal static class MemoryMachine
{
    public static List<string> Faults(Plan plan, MemoryLayout layout)
    {
        List<string> faults = [];
        (int Tensor, int Version)[] arena = new (int, int)[layout.ArenaBytes];
        Array.Fill(arena, (-1, 0));
        int[] version = new int[plan.Tensors.Length];
        foreach (PlanTensor tensor in plan.Tensors.Where(t => t is { Role: TensorRole.Input, ViewOf: null }))
            Write(tensor.Id);
        foreach (PlannedOp op in plan.Ops)
        {
            foreach (int input in op.Inputs)
                Read(input, op.Name);
            if (!op.Op.IsView)
                Write(op.Output);
        }

        HashSet<int> read = [.. plan.Ops.SelectMany(o => o.Inputs).Select(i => plan.Owner(i).Id)];
        foreach (PlannedOp op in plan.Ops.Where(o => !o.Op.IsView && !read.Contains(plan.Owner(o.Output).Id)))
            Read(op.Output, "the end of the step");
        return faults;

        void Write(int id)
        {
            PlanTensor owner = plan.Owner(id);
            if (owner.IsPersistent)
                return;
            version[owner.Id]++;
            long offset = layout.Offsets[id];
            if (offset < 0 || offset + owner.Bytes > arena.Length || offset % layout.AlignmentBytes != 0)
                faults.Add($"{owner.Name} lies at {offset}");
            else
                arena.AsSpan((int)offset, (int)owner.Bytes).Fill((owner.Id, version[owner.Id]));
        }

        void Read(int id, string reader)
        {
            PlanTensor owner = plan.Owner(id);
            if (owner.IsPersistent)
                return;
            foreach ((int Tensor, int Version) held in arena.AsSpan((int)layout.Offsets[id], (int)owner.Bytes))
            {
                if (held != (owner.Id, version[owner.Id]))
                {
                    faults.Add($"{reader} reads {owner.Name} but finds {held}");
                    return;
                }
            }
        }
    }
}
