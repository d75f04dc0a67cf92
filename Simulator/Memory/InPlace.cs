using System.Collections.Immutable;
using NpuSim.Accelerators.Numerics;
using NpuSim.Simulator.Planning;

namespace NpuSim.Simulator.Memory;

/// <summary>The result of an operation that takes the memory of its first operand.</summary>
/// <param name="Op">Index of the operation.</param>
/// <param name="Operand">Owner tensor of the first operand, which dies there.</param>
/// <param name="Result">The tensor that takes its memory.</param>
public sealed record InPlaceResult(int Op, int Operand, int Result);

/// <summary>Decides which results overwrite their operand, and so which tensors share one buffer.</summary>
public static class InPlace
{
    /// <summary>
    /// An operation that allows it overwrites its first operand where nobody can notice: the operand's memory (all views of it
    /// included) is not needed afterwards and is not another operand too, both tensors have elements of the same width and
    /// equally many, and the operation is the first to write the result.
    /// </summary>
    public static ImmutableArray<InPlaceResult> Decide(Plan plan, Lifetimes lifetimes)
    {
        var decisions = ImmutableArray.CreateBuilder<InPlaceResult>();
        foreach (PlannedOp op in plan.Ops)
        {
            if (!op.Op.InPlace || op.Op.IsView || op.Inputs.IsEmpty || plan.Tensors[op.Output].ViewOf is not null)
                continue;
            PlanTensor operand = plan.Tensors[op.Inputs[0]], owner = plan.Owner(operand.Id), result = plan.Tensors[op.Output];
            bool unseen = !owner.IsPersistent && !result.IsPersistent && owner.Id != result.Id
                && lifetimes.Last[owner.Id] == op.Index && lifetimes.First[result.Id] == op.Index;
            bool alike = IsAlike(owner.Format, result.Format) && IsAlike(operand.Format, result.Format)
                && owner.Shape.Count == result.Shape.Count && operand.Shape.Count == result.Shape.Count;
            if (unseen && alike && !ReadsElsewhere(plan, op, owner.Id))
                decisions.Add(new InPlaceResult(op.Index, owner.Id, result.Id));
        }

        return decisions.ToImmutable();
    }

    private static bool IsAlike(NumberFormat one, NumberFormat other) =>
        one.Bits() == other.Bits() && one.IsBlocked() == other.IsBlocked();

    /// <summary>The buffers of a plan: one per tensor that takes scratch memory, chains joined.</summary>
    public static ImmutableArray<ArenaBuffer> Buffers(Plan plan, Lifetimes lifetimes, ImmutableArray<InPlaceResult> decisions)
    {
        int[] next = new int[plan.Tensors.Length];
        bool[] joined = new bool[plan.Tensors.Length];
        Array.Fill(next, -1);
        foreach (InPlaceResult decision in decisions)
        {
            next[decision.Operand] = decision.Result;
            joined[decision.Result] = true;
        }

        var buffers = ImmutableArray.CreateBuilder<ArenaBuffer>();
        foreach (PlanTensor tensor in plan.Tensors)
        {
            if (!lifetimes.IsScratch(tensor.Id) || joined[tensor.Id])
                continue;
            var chain = ImmutableArray.CreateBuilder<int>(1);
            for (int id = tensor.Id; id >= 0; id = next[id])
                chain.Add(id);
            int last = lifetimes.Last[chain[^1]];
            buffers.Add(new ArenaBuffer(chain.ToImmutable(), tensor.Bytes, lifetimes.First[tensor.Id], last));
        }

        return buffers.ToImmutable();
    }

    private static bool ReadsElsewhere(Plan plan, PlannedOp op, int owner)
    {
        for (int i = 1; i < op.Inputs.Length; i++)
        {
            if (plan.Owner(op.Inputs[i]).Id == owner)
                return true;
        }

        return false;
    }
}
