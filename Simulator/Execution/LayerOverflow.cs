namespace NpuSim.Simulator.Execution;

/// <summary>Overflow of one layer over the whole training.</summary>
/// <param name="Layer">Name of the operation.</param>
/// <param name="Accumulations">Outputs accumulated.</param>
/// <param name="Overflowed">Of them, those whose partial sum left the accumulator (wrapped or saturated).</param>
/// <param name="Clipped">Outputs clipped to the output format.</param>
public sealed record LayerOverflow(string Layer, long Accumulations, long Overflowed, long Clipped);
