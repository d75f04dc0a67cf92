namespace NpuSim.Reports.Plans;

/// <summary>The network of plans, as their reports call it.</summary>
/// <param name="Name">Name of the model.</param>
/// <param name="Input">Extents of one sample, as "96x96x3".</param>
/// <param name="Batch">Samples per step.</param>
/// <param name="Parameters">Number of parameters.</param>
/// <param name="ForwardMacs">Multiply-accumulates of one forward pass of the batch.</param>
public sealed record PlannedNetwork(string Name, string Input, int Batch, long Parameters, long ForwardMacs);
