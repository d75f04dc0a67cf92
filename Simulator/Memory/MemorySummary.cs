using NpuSim.Simulator.Planning;

namespace NpuSim.Simulator.Memory;

/// <summary>A memory layout as reports show it.</summary>
public static class MemorySummary
{
    /// <summary>The memory of one step.</summary>
    /// <param name="step">The step.</param>
    /// <param name="scratchpadBytes">Capacity of the on-chip memory.</param>
    public static MemoryResult Of(Step step, long scratchpadBytes)
    {
        (Plan plan, MemoryLayout layout) = step;
        return new(
            layout.ArenaBytes,
            layout.PeakLiveBytes,
            layout.PersistentBytes,
            PaperConvention.Bytes(plan),
            layout.ArenaBytes <= scratchpadBytes,
            layout.PeakByRole,
            layout.PersistentByRole,
            layout.PeakOp < 0 ? "" : plan.Ops[layout.PeakOp].Name,
            layout.Timeline);
    }
}
