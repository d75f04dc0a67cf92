using System.Collections.Immutable;
using NpuSim.Simulator.Planning;

namespace NpuSim.Simulator.Timing;

/// <summary>What the operations of a plan need, equal ones once.</summary>
/// <param name="Kinds">The different ones, each with the first operation that has them, in the order of the plan.</param>
/// <param name="KindOf">Per operation, which of them it is.</param>
internal sealed record StepNeeds(ImmutableArray<(OpNeeds Needs, PlannedOp First)> Kinds, ImmutableArray<int> KindOf)
{
    /// <summary>Reads a plan.</summary>
    /// <exception cref="InputException">An operation has no timing model.</exception>
    /// <exception cref="OverflowException">Multiply-accumulates leave 64 bits.</exception>
    public static StepNeeds Of(Plan plan)
    {
        HashSet<int> weights = Restaging.Weights(plan);
        Dictionary<OpNeeds, int> known = [];
        var kinds = ImmutableArray.CreateBuilder<(OpNeeds, PlannedOp)>();
        var kindOf = ImmutableArray.CreateBuilder<int>(plan.Ops.Length);
        foreach (PlannedOp op in plan.Ops)
        {
            OpNeeds needs = OpNeeds.Of(plan, op, Restaging.Changed(plan, op, weights));
            if (!known.TryGetValue(needs, out int kind))
            {
                known.Add(needs, kind = kinds.Count);
                kinds.Add((needs, op));
            }

            kindOf.Add(kind);
        }

        return new(kinds.ToImmutable(), kindOf.MoveToImmutable());
    }
}
