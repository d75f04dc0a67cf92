namespace NpuSim.Simulator.Execution;

/// <summary>Factors of the directions of a step that others found, as a vote does.</summary>
/// <param name="Values">[m], c of each direction in units of 2^−<paramref name="FractionBits"/>.</param>
/// <param name="FractionBits">0 for signs.</param>
internal sealed record GivenFactors(float[] Values, int FractionBits);
