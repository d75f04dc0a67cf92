namespace NpuSim.Simulator.Timing;

/// <summary>Bytes read from and written to each memory.</summary>
/// <param name="ScratchpadRead">Reads of the scratchpad, by engine, vector unit and DMA.</param>
/// <param name="ScratchpadWritten">Writes of the scratchpad.</param>
/// <param name="AccumulatorRead">Reads of the buffer of partial sums.</param>
/// <param name="AccumulatorWritten">Writes of the buffer of partial sums.</param>
/// <param name="WeightsRead">Reads of the memory for frozen weights.</param>
/// <param name="DramRead">Reads of off-chip memory.</param>
/// <param name="DramWritten">Writes of off-chip memory.</param>
/// <param name="HostLink">Bytes between accelerator memory and host core, both ways.</param>
public readonly record struct MemoryTraffic(
    double ScratchpadRead,
    double ScratchpadWritten,
    double AccumulatorRead,
    double AccumulatorWritten,
    double WeightsRead,
    double DramRead,
    double DramWritten,
    double HostLink)
{
    /// <summary>Reads and writes of the scratchpad.</summary>
    public double Scratchpad => ScratchpadRead + ScratchpadWritten;

    /// <summary>Reads and writes of off-chip memory.</summary>
    public double Dram => DramRead + DramWritten;

    /// <summary>Bytes that come from or go to anywhere but the scratchpad and the accumulators.</summary>
    public double External => WeightsRead + Dram;

    /// <summary>Adds memory by memory.</summary>
    public static MemoryTraffic operator +(MemoryTraffic a, MemoryTraffic b) => new(
        a.ScratchpadRead + b.ScratchpadRead, a.ScratchpadWritten + b.ScratchpadWritten,
        a.AccumulatorRead + b.AccumulatorRead, a.AccumulatorWritten + b.AccumulatorWritten,
        a.WeightsRead + b.WeightsRead, a.DramRead + b.DramRead, a.DramWritten + b.DramWritten, a.HostLink + b.HostLink);

    /// <summary>The same traffic several times.</summary>
    public static MemoryTraffic operator *(int runs, MemoryTraffic t) => new(
        runs * t.ScratchpadRead, runs * t.ScratchpadWritten, runs * t.AccumulatorRead, runs * t.AccumulatorWritten,
        runs * t.WeightsRead, runs * t.DramRead, runs * t.DramWritten, runs * t.HostLink);

    /// <summary>A read of <paramref name="bytes"/> from a memory.</summary>
    internal static MemoryTraffic Read(Place place, double bytes) => place switch
    {
        Place.Scratchpad => default(MemoryTraffic) with { ScratchpadRead = bytes },
        Place.Weights => default(MemoryTraffic) with { WeightsRead = bytes },
        _ => default(MemoryTraffic) with { DramRead = bytes },
    };

    /// <summary>
    /// A write of <paramref name="bytes"/> to a memory. Nothing is ever written to the memory for frozen weights.
    /// </summary>
    internal static MemoryTraffic Write(Place place, double bytes) => place == Place.Scratchpad
        ? default(MemoryTraffic) with { ScratchpadWritten = bytes }
        : default(MemoryTraffic) with { DramWritten = bytes };
}
