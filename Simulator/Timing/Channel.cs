using NpuSim.Accelerators.Profiles;
using MemoryDevice = NpuSim.Accelerators.Profiles.Memory;

namespace NpuSim.Simulator.Timing;

/// <summary>
/// The path to one memory in engine cycles. A transfer is a run of bursts that follow each other without a gap: the latency of
/// the first is seen, those of the others are hidden behind it; the last burst is filled up, and a shorter transfer costs a whole
/// one.
/// </summary>
/// <param name="BytesPerCycle">Bandwidth.</param>
/// <param name="LatencyCycles">Cycles before the first byte of a transfer.</param>
/// <param name="BurstBytes">Bytes of a burst.</param>
/// <param name="ByteCycles">Cycles per byte that the number of requests under way allows; 0: as many as the bandwidth
/// takes.</param>
internal readonly record struct Channel(double BytesPerCycle, double LatencyCycles, double BurstBytes, double ByteCycles = 0)
{
    public static Channel To(MemoryDevice memory, double clockHz, Dma? dma = null) =>
        new(memory.BytesPerSecond / clockHz, memory.LatencyCycles, Math.Max(1, memory.BurstBytes),
            dma is null ? 0 : (memory.LatencyCycles + (double)dma.RequestCycles) / dma.InFlight / dma.RequestBytes);

    /// <summary>Cycles of <paramref name="transfers"/> transfers of <paramref name="bytes"/> in all; 0 for none.</summary>
    public double Cycles(double bytes, double transfers) => transfers == 0
        ? 0
        : (transfers * LatencyCycles) + Math.Max(
            Math.Max(Math.Ceiling(bytes / BurstBytes), transfers) * BurstBytes / BytesPerCycle, bytes * ByteCycles);
}

/// <summary>The paths to all memories of an accelerator.</summary>
internal sealed class Channels(HardwareProfile profile)
{
    private readonly Channel[] byPlace =
    [
        Channel.To(profile.Memory.Scratchpad, profile.ClockHz),
        profile.Memory.Weights is { } w ? Channel.To(w, profile.ClockHz, profile.Memory.Dma) : default,
        profile.Memory.Dram is { } d ? Channel.To(d, profile.ClockHz, profile.Memory.Dma) : default,
    ];

    public ref readonly Channel Scratchpad => ref byPlace[(int)Place.Scratchpad];

    public Channel? Accumulators { get; } = profile.Memory.Accumulators is { } a ? Channel.To(a, profile.ClockHz) : null;

    public ref readonly Channel this[Place place] => ref byPlace[(int)place];
}
