using NpuSim.Simulator.Planning;

namespace NpuSim.Simulator.Timing;

/// <summary>Cost of one operation in cycles of the accelerator's clock, all its runs in a step together.</summary>
/// <param name="Index">Index in <see cref="Plan.Ops"/>.</param>
/// <param name="Name">Name of the operation.</param>
/// <param name="Phase">Part of the step.</param>
/// <param name="Unit">Where it runs.</param>
/// <param name="Macs">Multiply-accumulates.</param>
/// <param name="Cycles">Compute and exposed transfer; 0 for a view alone.</param>
/// <param name="ComputeCycles">Cycles of its unit with all operands at hand.</param>
/// <param name="TransferCycles">Cycles of DMA or host link, hidden or not.</param>
/// <param name="Traffic">Bytes by memory.</param>
/// <param name="EnergyJoules">Arithmetic, memories and leakage.</param>
/// <param name="PeakShare">
/// MACs done per MAC the engine could have done in <paramref name="Cycles"/>, 0..1; 0 off the engine.
/// </param>
public sealed record OpCost(
    int Index, string Name, Phase Phase, Unit Unit, long Macs, double Cycles, double ComputeCycles, double TransferCycles,
    MemoryTraffic Traffic, double EnergyJoules, double PeakShare)
{
    /// <summary>Of <see cref="Cycles"/>, those in which changed weights are laid out anew for the engine.</summary>
    public double RestageCycles { get; init; }

    /// <summary>Cycles spent waiting for memory or host link.</summary>
    public double ExposedTransferCycles => Cycles - ComputeCycles - RestageCycles;

    /// <summary>Cycles of transfer that went on beside computing.</summary>
    public double HiddenTransferCycles => Math.Max(0, TransferCycles - ExposedTransferCycles);

    /// <summary>
    /// True when more cycles go to waiting for memory than to computing: on the slope of the roofline, not under its flat part.
    /// </summary>
    public bool IsMemoryBound => ExposedTransferCycles > ComputeCycles;

    /// <summary>Position on the roofline: MACs per byte from outside the chip; infinite when nothing comes from there.</summary>
    public double MacsPerExternalByte => Macs / Traffic.External;
}
