namespace NpuSim.Simulator.Timing;

/// <summary>The memory that holds a tensor during a step.</summary>
public enum Place
{
    /// <summary>On-chip memory: engine and vector unit read it without DMA.</summary>
    Scratchpad,

    /// <summary>Read-only memory for frozen weights.</summary>
    Weights,

    /// <summary>Off-chip memory.</summary>
    Dram,
}
