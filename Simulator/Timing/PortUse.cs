using System.Collections.Immutable;
using NpuSim.Accelerators.Profiles;

namespace NpuSim.Simulator.Timing;

/// <summary>How long an operation occupies one memory, at its bandwidth; never longer than the operation takes.</summary>
/// <param name="Memory">As "off-chip memory".</param>
/// <param name="Bytes">Bytes read and written.</param>
/// <param name="Cycles">Cycles in which they pass.</param>
public sealed record PortUse(string Memory, double Bytes, double Cycles)
{
    /// <summary>The memories and links of a profile, in the order of <see cref="Of"/>.</summary>
    public static ImmutableArray<string> Names { get; } =
        ["scratchpad", "accumulators", "weight memory", "off-chip memory", "host link"];

    /// <summary>The use of every memory that the operation reads or writes.</summary>
    /// <param name="op">The operation.</param>
    /// <param name="profile">The accelerator.</param>
    public static ImmutableArray<PortUse> Of(OpCost op, HardwareProfile profile)
    {
        MemoryTraffic t = op.Traffic;
        MemorySystem memory = profile.Memory;
        (double Bytes, double? BytesPerSecond)[] ports =
        [
            (t.Scratchpad, memory.Scratchpad.BytesPerSecond),
            (t.AccumulatorRead + t.AccumulatorWritten, memory.Accumulators?.BytesPerSecond),
            (t.WeightsRead, memory.Weights?.BytesPerSecond),
            (t.Dram, memory.Dram?.BytesPerSecond),
            (t.HostLink, profile.Host?.TransferBytesPerSecond),
        ];
        return
        [
            .. ports.Zip(Names).Where(p => p.First is { Bytes: > 0, BytesPerSecond: not null }).Select(p => new PortUse(
                p.Second, p.First.Bytes, Math.Min(op.Cycles, p.First.Bytes * profile.ClockHz / p.First.BytesPerSecond!.Value))),
        ];
    }
}
