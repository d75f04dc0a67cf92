namespace NpuSim.Simulator.Timing;

/// <summary>What one layer takes of a training step, all phases together.</summary>
/// <param name="Layer">Name of the layer.</param>
/// <param name="Cycles">Compute and exposed transfer; of all layers they sum to <see cref="CostResult.Cycles"/>.</param>
/// <param name="Macs">Multiply-accumulates, wherever they run.</param>
/// <param name="DramTrafficBytes">Bytes read from and written to off-chip memory; a fraction where bursts are shared.</param>
public sealed record LayerCost(string Layer, double Cycles, long Macs, double DramTrafficBytes);
