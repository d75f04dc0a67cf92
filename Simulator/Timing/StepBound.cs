using System.Collections.Immutable;
using NpuSim.Accelerators.Engines;
using NpuSim.Accelerators.Profiles;
using NpuSim.Simulator.Memory;
using NpuSim.Simulator.Planning;
using MemoryDevice = NpuSim.Accelerators.Profiles.Memory;

namespace NpuSim.Simulator.Timing;

/// <summary>One thing that a step waits for.</summary>
/// <param name="What">As "bandwidth of off-chip memory".</param>
/// <param name="FreedCycles">Cycles that the step would save if that took no time and all else stayed.</param>
public sealed record StepBound(string What, double FreedCycles)
{
    private const double Free = 1e9; // so many times as fast is no time

    /// <summary>
    /// Everything that a profile has, the largest gain first. Bandwidth, latency, issue, restaging and random numbers are priced
    /// again without. What computing costs is what its operations take beyond their transfers, which is at most what would be
    /// saved.
    /// </summary>
    /// <param name="step">The step.</param>
    /// <param name="profile">The accelerator.</param>
    /// <param name="operands">Where operands lie.</param>
    /// <exception cref="NotRunnableException">The accelerator cannot run the plan.</exception>
    public static ImmutableArray<StepBound> Of(Step step, HardwareProfile profile, OperandPlace operands)
    {
        PlanCost cost = CostModel.Price(step, profile, operands);
        MemorySystem memory = profile.Memory;
        var bounds = ImmutableArray.CreateBuilder<StepBound>();
        foreach (Unit unit in Enum.GetValues<Unit>())
        {
            bounds.Add(new($"computing on the {unit.ToString().ToLowerInvariant()}", cost.Ops.Where(o => o.Unit == unit)
                .Sum(o => Math.Max(0, Math.Min(o.ComputeCycles, o.Cycles - o.RestageCycles - o.TransferCycles)))));
        }

        Add("bandwidth of the scratchpad", profile with { Memory = memory with { Scratchpad = Fast(memory.Scratchpad)! } });
        if (memory.Accumulators is not null)
            Add("bandwidth of the accumulators",
                profile with { Memory = memory with { Accumulators = Fast(memory.Accumulators) } });
        if (memory.Weights is not null)
            Add("bandwidth of weight memory", profile with { Memory = memory with { Weights = Fast(memory.Weights) } });
        if (memory.Dram is not null)
            Add("bandwidth of off-chip memory", profile with { Memory = memory with { Dram = Fast(memory.Dram) } });
        Add("latency of memories", profile with
        {
            Memory = memory with
            {
                Scratchpad = memory.Scratchpad with { LatencyCycles = 0 },
                Weights = memory.Weights is { } w ? w with { LatencyCycles = 0 } : null,
                Dram = memory.Dram is { } d ? d with { LatencyCycles = 0 } : null,
                Dma = memory.Dma is { } dma ? dma with { RequestCycles = 0 } : null,
            },
        });
        if (profile.Engine is SystolicArray { Overheads: { } overheads } array)
        {
            Add("issue of commands and instructions", profile with
            {
                Engine = array with
                {
                    Overheads = overheads with
                    {
                        Commands = overheads.Commands is { } c ? c with { Cycles = 0, InFlight = 1 << 20 } : null,
                        Instructions = overheads.Instructions is { } i ? i with { IdleCycles = 0, ColumnCycles = 0 } : null,
                    },
                },
            });
        }

        VectorUnit vector = profile.Vector with { Random = Free };
        Add("random numbers", profile with
        {
            Vector = vector.Generator is { } generator
                ? vector with { Generator = generator with { DrawsPerCycle = Free } } : vector,
        });
        bounds.Add(new("restaging weights", cost.RestageCycles));
        return [.. bounds.OrderByDescending(b => b.FreedCycles)];

        void Add(string what, HardwareProfile without) =>
            bounds.Add(new(what, Math.Max(0, cost.Cycles - CostModel.Price(step, without, operands).Cycles)));

        static MemoryDevice? Fast(MemoryDevice? m) => m is null ? null : m with { BytesPerSecond = m.BytesPerSecond * Free };
    }
}
