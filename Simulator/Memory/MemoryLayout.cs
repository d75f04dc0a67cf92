using System.Collections.Immutable;
using NpuSim.Simulator.Planning;

namespace NpuSim.Simulator.Memory;

/// <summary>Where every tensor of a plan lies, and how full the scratch memory is during each operation.</summary>
/// <param name="AlignmentBytes">Every offset is a multiple of it.</param>
/// <param name="Offsets">
/// Per tensor, its first byte: persistent tensors in the persistent area, all others in the arena; a view has its owner's offset;
/// −1 for a tensor that no operation touches.
/// </param>
/// <param name="Buffers">The blocks of the arena.</param>
/// <param name="InPlace">Results that overwrite their operand.</param>
/// <param name="Strategy">Which strategy found the smallest arena.</param>
/// <param name="ArenaBytes">Size of the arena.</param>
/// <param name="PeakLiveBytes">Largest sum of live buffers: no arena can be smaller.</param>
/// <param name="PeakOp">
/// Index of the operation at which the peak occurs (the first of several); −1 for a plan without operations.
/// </param>
/// <param name="PeakByRole">What is live at the peak; sums to <paramref name="PeakLiveBytes"/>.</param>
/// <param name="Timeline">Live scratch bytes during each operation.</param>
/// <param name="PersistentBytes">Sum of the weights and of the optimiser state.</param>
/// <param name="PersistentAreaBytes">Size of the persistent area, alignment included.</param>
/// <param name="PersistentByRole">Sizes of the persistent tensors by role; sums to <paramref name="PersistentBytes"/>.</param>
public sealed record MemoryLayout(
    int AlignmentBytes,
    ImmutableArray<long> Offsets,
    ImmutableArray<ArenaBuffer> Buffers,
    ImmutableArray<InPlaceResult> InPlace,
    ArenaStrategy Strategy,
    long ArenaBytes,
    long PeakLiveBytes,
    int PeakOp,
    ImmutableSortedDictionary<TensorRole, long> PeakByRole,
    ImmutableArray<long> Timeline,
    long PersistentBytes,
    long PersistentAreaBytes,
    ImmutableSortedDictionary<TensorRole, long> PersistentByRole);
