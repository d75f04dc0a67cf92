using System.Collections.Immutable;
using NpuSim.Simulator.Planning;

namespace NpuSim.Simulator.Timing;

/// <summary>Cycles and energy of one training step, in cycles of the accelerator's clock.</summary>
/// <param name="Cycles">Compute and exposed transfer together.</param>
/// <param name="ComputeCycles">Cycles in which engine, vector unit or host compute.</param>
/// <param name="ExposedTransferCycles">Cycles spent waiting for memory.</param>
/// <param name="EnergyJoules">Energy of the step.</param>
/// <param name="ScratchpadTrafficBytes">Bytes read from and written to the scratchpad.</param>
/// <param name="DramTrafficBytes">Bytes read from and written to off-chip memory.</param>
/// <param name="CyclesByPhase">Cycles of each phase; sums to <see cref="Cycles"/>.</param>
/// <param name="Utilization">MACs done per MAC the engine could have done in <see cref="Cycles"/>, 0..1.</param>
/// <param name="Layers">The same by layer, in the order in which the step comes to them.</param>
public sealed record CostResult(
    double Cycles,
    double ComputeCycles,
    double ExposedTransferCycles,
    double EnergyJoules,
    long ScratchpadTrafficBytes,
    long DramTrafficBytes,
    ImmutableSortedDictionary<Phase, double> CyclesByPhase,
    double Utilization,
    ImmutableArray<LayerCost> Layers)
{
    /// <summary>
    /// Bytes of each memory outside the scratchpad that the step reads and writes: what an accelerator's buses and a board carry;
    /// null in results of versions that did not know it.
    /// </summary>
    public ImmutableSortedDictionary<Place, long>? MovedByMemory { get; init; }

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
            LayerSummary.Of(cost, plan))
        {
            MovedByMemory = ImmutableSortedDictionary<Place, long>.Empty
                .Add(Place.Weights, Whole(cost.Traffic.WeightsRead)).Add(Place.Dram, Whole(cost.Traffic.Dram)),
        };

    internal static long Whole(double bytes) => bytes < long.MaxValue
        ? (long)Math.Ceiling(bytes)
        : throw new InputException($"a step moves {bytes:G3} bytes, more than 64 bits count.");
}
