using System.Collections.Immutable;

namespace NpuSim.Simulator.Memory;

/// <summary>
/// One block of scratch memory: a tensor, or a chain of tensors each of which overwrites the one before it in place.
/// </summary>
/// <param name="Tensors">Ids of the owner tensors that live here, in order of their lifetimes.</param>
/// <param name="Bytes">Size.</param>
/// <param name="First">First operation during which it is live.</param>
/// <param name="Last">Last operation during which it is live.</param>
public sealed record ArenaBuffer(ImmutableArray<int> Tensors, long Bytes, int First, int Last)
{
    /// <summary>True when both are live during some operation, so that they may not share memory.</summary>
    public bool Meets(ArenaBuffer other) => First <= other.Last && other.First <= Last;
}
