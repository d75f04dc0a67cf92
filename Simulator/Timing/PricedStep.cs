using System.Collections.Immutable;
using NpuSim.Simulator.Planning;

namespace NpuSim.Simulator.Timing;

/// <summary>What the operations of a step cost in the places where it takes the fewest cycles, equal ones once.</summary>
/// <param name="Placed">The places.</param>
/// <param name="Costs">Per different operation, the cost of the first of them.</param>
internal sealed record PricedStep(PlacedStep Placed, ImmutableArray<OpCost> Costs)
{
    /// <summary>The sums over all operations, in their order.</summary>
    public CostSum Sum()
    {
        CostSum sum = new();
        foreach (int op in Placed.OpOf)
            sum.Add(Costs[op]);
        return sum;
    }

    /// <summary>The cost of every operation of the plan.</summary>
    public ImmutableArray<OpCost> Of(Plan plan) =>
    [
        .. plan.Ops.Select(op => Costs[Placed.OpOf[op.Index]] is var cost && cost.Index == op.Index
            ? cost : cost with { Index = op.Index, Name = op.Name }),
    ];
}
