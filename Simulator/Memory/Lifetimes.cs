using System.Collections.Immutable;
using NpuSim.Simulator.Planning;

namespace NpuSim.Simulator.Memory;

/// <summary>
/// When the memory of each tensor holds something that is still needed. A lifetime includes its first and its last operation:
/// what an operation reads and what it writes are live together. Views count for the tensor that owns the memory.
/// </summary>
/// <param name="First">
/// Per tensor, the first operation of its lifetime; −1 for views, persistent tensors and tensors nobody touches.
/// </param>
/// <param name="Last">Per tensor, the last operation of its lifetime; −1 as above.</param>
public sealed record Lifetimes(ImmutableArray<int> First, ImmutableArray<int> Last)
{
    /// <summary>True when the tensor takes scratch memory.</summary>
    public bool IsScratch(int tensor) => First[tensor] >= 0;

    /// <summary>
    /// Lifetimes of a plan. Inputs, and whatever is read before it is written, live from the start of the step. A result that is
    /// written last and not read again (the loss, the logits) lives to the end of the step, where someone may fetch it. What a
    /// loop over micro-batches reads or changes of before it lives to the loop's end; inputs are filled anew in every round.
    /// </summary>
    public static Lifetimes Of(Plan plan)
    {
        int count = plan.Tensors.Length;
        int[] first = new int[count], last = new int[count];
        bool[] endsWritten = new bool[count];
        Array.Fill(first, -1);
        Array.Fill(last, -1);
        foreach (PlanTensor tensor in plan.Tensors)
        {
            if (tensor is { Role: TensorRole.Input, ViewOf: null } && plan.Ops.Length > 0)
                first[tensor.Id] = last[tensor.Id] = 0;
        }

        foreach (PlannedOp op in plan.Ops)
        {
            foreach (int input in op.Inputs)
                Touch(plan.Owner(input), op.Index, isWrite: false);
            Touch(plan.Owner(op.Output), op.Index, isWrite: !op.Op.IsView);
        }

        for (int start = 0; start < plan.Ops.Length; start = plan.EndOf(start))
        {
            if (plan.Ops[start].Loop > 0)
                CarryThrough(start, plan.EndOf(start) - 1);
        }

        for (int id = 0; id < count; id++)
        {
            if (endsWritten[id])
                last[id] = plan.Ops.Length - 1;
        }

        return new Lifetimes([.. first], [.. last]);

        void CarryThrough(int start, int end)
        {
            foreach (PlanTensor tensor in plan.Tensors.Where(t => t.Role != TensorRole.Input))
            {
                if (first[tensor.Id] >= 0 && first[tensor.Id] < start && last[tensor.Id] >= start)
                    last[tensor.Id] = Math.Max(last[tensor.Id], end);
            }
        }

        void Touch(PlanTensor owner, int op, bool isWrite)
        {
            if (owner.IsPersistent)
                return;
            if (first[owner.Id] < 0)
                first[owner.Id] = isWrite ? op : 0;
            last[owner.Id] = op;
            endsWritten[owner.Id] = isWrite;
        }
    }
}
