using System.Collections.Immutable;

namespace NpuSim.Simulator.Planning;

/// <summary>What makes a tensor a view of another: it is read and written as a part of the other's memory, so it must be
/// one.</summary>
internal static class Views
{
    /// <summary>The operations, after every view was found to lie in its owner, in the owner's format.</summary>
    /// <exception cref="InvalidOperationException">
    /// One does not: it has another format, leaves the owner's memory, precedes its owner, or is what an operation that only
    /// looks at its operand differently writes elsewhere.
    /// </exception>
    public static ImmutableArray<PlannedOp> Checked(string plan, ImmutableArray<PlanTensor> tensors,
        ImmutableArray<PlannedOp> ops)
    {
        foreach (PlanTensor view in tensors)
        {
            if (view.ViewOf is not int id)
                continue;
            if (id >= view.Id)
                throw Fault(view, $"tensor {id}, which comes after it");
            PlanTensor owner = tensors[id];
            if (view.Format != owner.Format)
                throw Fault(view, $"'{owner.Name}', which is {owner.Format}");
            if (view.First < 0 || view.First + view.Shape.Count > owner.Shape.Count)
                throw Fault(view, $"'{owner.Name}', which has {owner.Shape.Count} elements");
        }

        foreach (PlannedOp op in ops)
        {
            if (!op.Op.IsView)
                continue;
            (PlanTensor view, PlanTensor operand) = (tensors[op.Output], tensors[op.Inputs[0]]);
            if (view.ViewOf != operand.Id || view.First != 0 || view.Bytes != operand.Bytes)
                throw Fault(view, $"what '{op.Name}' reads, '{operand.Name}' of {operand.Bytes} bytes");
        }

        return ops;

        InvalidOperationException Fault(PlanTensor view, string owner) =>
            new($"{plan}: '{view.Name}' ({view.Format} {view.Shape} from {view.First}) is no view of {owner}.");
    }
}
