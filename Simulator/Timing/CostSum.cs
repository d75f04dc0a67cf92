using System.Collections.Immutable;
using NpuSim.Simulator.Planning;

namespace NpuSim.Simulator.Timing;

/// <summary>The sums of a step's figures, operation after operation.</summary>
internal sealed class CostSum
{
    private readonly double[] byPhase = new double[Enum.GetValues<Phase>().Length];
    private readonly bool[] occurs = new bool[Enum.GetValues<Phase>().Length];
    private double engineMacs;

    /// <summary>Compute and exposed transfer together, phase after phase.</summary>
    public double Cycles => byPhase.Sum();

    /// <summary>Cycles in which a unit computes.</summary>
    public double ComputeCycles { get; private set; }

    /// <summary>Cycles spent waiting for memory or host link.</summary>
    public double ExposedTransferCycles { get; private set; }

    /// <summary>Cycles in which changed weights are laid out anew for the engine.</summary>
    public double RestageCycles { get; private set; }

    /// <summary>Cycles of transfer that went on beside computing.</summary>
    public double HiddenTransferCycles { get; private set; }

    /// <summary>Energy of the step.</summary>
    public double EnergyJoules { get; private set; }

    /// <summary>Bytes by memory.</summary>
    public MemoryTraffic Traffic { get; private set; }

    /// <summary>Cycles of each phase that occurs.</summary>
    public ImmutableSortedDictionary<Phase, double> CyclesByPhase =>
        Enum.GetValues<Phase>().Where(p => occurs[(int)p]).ToImmutableSortedDictionary(p => p, p => byPhase[(int)p]);

    /// <summary>The sums of some operations.</summary>
    public static CostSum Of(IEnumerable<OpCost> costs)
    {
        CostSum sum = new();
        foreach (OpCost cost in costs)
            sum.Add(cost);
        return sum;
    }

    /// <summary>One more operation.</summary>
    public void Add(OpCost cost)
    {
        byPhase[(int)cost.Phase] += cost.Cycles;
        occurs[(int)cost.Phase] = true;
        ComputeCycles += cost.ComputeCycles;
        ExposedTransferCycles += cost.ExposedTransferCycles;
        RestageCycles += cost.RestageCycles;
        HiddenTransferCycles += cost.HiddenTransferCycles;
        EnergyJoules += cost.EnergyJoules;
        Traffic += cost.Traffic;
        if (cost.Unit == Unit.Engine)
            engineMacs += cost.Macs;
    }

    /// <summary>MACs of the engine per MAC it could have done in all cycles, 0..1.</summary>
    /// <param name="peakMacsPerCycle">8×8-bit MACs per cycle of the engine at the most.</param>
    public double Utilization(double peakMacsPerCycle) => Cycles > 0 ? engineMacs / (Cycles * peakMacsPerCycle) : 0;
}
