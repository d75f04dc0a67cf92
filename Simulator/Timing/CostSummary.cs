using NpuSim.Simulator.Planning;

namespace NpuSim.Simulator.Timing;

/// <summary>The cost of a plan as reports show it.</summary>
public static class CostSummary
{
    /// <summary>The totals of one step.</summary>
    /// <param name="cost">The cost of the plan.</param>
    /// <param name="plan">The plan.</param>
    /// <exception cref="InputException">More bytes move than 64 bits count.</exception>
    public static CostResult Of(PlanCost cost, Plan plan) =>
        new(
            cost.Cycles,
            cost.ComputeCycles,
            cost.ExposedTransferCycles,
            cost.EnergyJoules,
            Whole(cost.Traffic.Scratchpad),
            Whole(cost.Traffic.Dram),
            cost.CyclesByPhase,
            cost.Utilization,
            LayerSummary.Of(cost, plan));

    private static long Whole(double bytes) => bytes < long.MaxValue
        ? (long)Math.Ceiling(bytes)
        : throw new InputException($"a step moves {bytes:G3} bytes, more than 64 bits count.");
}
