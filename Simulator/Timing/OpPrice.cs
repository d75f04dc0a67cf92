namespace NpuSim.Simulator.Timing;

/// <summary>Cycles and bytes of one operation with its tensors in given places.</summary>
/// <param name="Cycles">Compute and exposed transfer.</param>
/// <param name="TransferCycles">Cycles in which DMA or host link move bytes, hidden or not.</param>
/// <param name="Traffic">Bytes by memory.</param>
/// <param name="RestageCycles">Of the cycles, those in which changed weights are laid out anew.</param>
internal readonly record struct OpPrice(double Cycles, double TransferCycles, MemoryTraffic Traffic, double RestageCycles = 0)
{
    /// <summary>The same several times.</summary>
    public OpPrice Times(int runs) =>
        runs == 1 ? this : new(runs * Cycles, runs * TransferCycles, runs * Traffic, runs * RestageCycles);

    /// <summary>The cheaper: fewer cycles, then fewer bytes from outside.</summary>
    public static OpPrice Cheaper(in OpPrice a, in OpPrice b) =>
        b.Cycles < a.Cycles || (b.Cycles == a.Cycles && b.Traffic.External < a.Traffic.External) ? b : a;
}
