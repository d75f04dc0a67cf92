using System.Collections.Immutable;
using NpuSim.Simulator.Planning;

namespace NpuSim.Simulator.Timing;

/// <summary>Cost of one step of a plan on one accelerator, in cycles of the accelerator's clock.</summary>
/// <param name="Profile">Name of the profile.</param>
/// <param name="Ops">Cost of every operation, in the order of the plan.</param>
/// <param name="Residency">Where the tensors lie: of all ways to place them, the one with the fewest cycles.</param>
/// <param name="NoSpillBytes">The smallest scratchpad with which no activation goes off-chip: the arena.</param>
/// <param name="PeakMacsPerCycle">8×8-bit MACs per cycle of the engine at the most.</param>
/// <param name="ClockHz">The clock.</param>
public sealed record PlanCost(
    string Profile,
    ImmutableArray<OpCost> Ops,
    Residency Residency,
    long NoSpillBytes,
    double PeakMacsPerCycle,
    double ClockHz)
{
    /// <summary>Cycles of each phase that occurs.</summary>
    public ImmutableSortedDictionary<Phase, double> CyclesByPhase => Sum.CyclesByPhase;

    /// <summary>Compute and exposed transfer together.</summary>
    public double Cycles => Sum.Cycles;

    /// <summary>Cycles in which a unit computes.</summary>
    public double ComputeCycles => Sum.ComputeCycles;

    /// <summary>Cycles spent waiting for memory or host link.</summary>
    public double ExposedTransferCycles => Sum.ExposedTransferCycles;

    /// <summary>Cycles in which changed weights are laid out anew for the engine.</summary>
    public double RestageCycles => Sum.RestageCycles;

    /// <summary>Cycles of transfer that went on beside computing.</summary>
    public double HiddenTransferCycles => Sum.HiddenTransferCycles;

    /// <summary>Energy of the step.</summary>
    public double EnergyJoules => Sum.EnergyJoules;

    /// <summary>Bytes by memory.</summary>
    public MemoryTraffic Traffic => Sum.Traffic;

    /// <summary>MACs of the engine per MAC it could have done in all cycles, 0..1.</summary>
    public double Utilization => Sum.Utilization(PeakMacsPerCycle);

    /// <summary>Time of the step.</summary>
    public double Seconds => Cycles / ClockHz;

    private CostSum Sum { get; } = CostSum.Of(Ops);
}
