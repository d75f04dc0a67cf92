using NpuSim.Simulator.Planning;

namespace NpuSim.Simulator.Memory;

/// <summary>A memory layout as reports show it.</summary>
public static class MemorySummary
{
    /// <summary>The scratch memory of one step of <paramref name="plan"/>.</summary>
    /// <param name="plan">The step.</param>
    /// <param name="layout">Its layout.</param>
    /// <param name="scratchpadBytes">Capacity of the on-chip memory.</param>
    public static MemoryResult Of(Plan plan, MemoryLayout layout, long scratchpadBytes) =>
        new(
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
