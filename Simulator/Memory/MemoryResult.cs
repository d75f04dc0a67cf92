using System.Collections.Immutable;
using NpuSim.Simulator.Planning;

namespace NpuSim.Simulator.Memory;

/// <summary>Memory of one training step.</summary>
/// <param name="ArenaBytes">Scratch memory the planner lays out, alignment included.</param>
/// <param name="PeakLiveBytes">Largest sum of live scratch tensors: no layout can need less.</param>
/// <param name="PersistentBytes">Weights and optimiser state, which stay from step to step.</param>
/// <param name="PaperBytes">
/// Convention of arXiv 2411.04036: bytes × (trained parameters + 2 Σ outputs of the layers that own parameters) for BP; the
/// estimate of the gradient vector for FF.
/// </param>
/// <param name="FitsScratchpad">True when the arena fits the scratchpad.</param>
/// <param name="PeakByRole">Bytes of each role live at the moment of the peak; sums to <see cref="PeakLiveBytes"/>.</param>
/// <param name="PersistentByRole">Bytes of each persistent role.</param>
/// <param name="PeakOp">The operation at which the peak occurs.</param>
/// <param name="Timeline">Live scratch bytes during each operation of the step, in order.</param>
public sealed record MemoryResult(
    long ArenaBytes,
    long PeakLiveBytes,
    long PersistentBytes,
    long PaperBytes,
    bool FitsScratchpad,
    ImmutableSortedDictionary<TensorRole, long> PeakByRole,
    ImmutableSortedDictionary<TensorRole, long> PersistentByRole,
    string PeakOp,
    ImmutableArray<long> Timeline)
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
