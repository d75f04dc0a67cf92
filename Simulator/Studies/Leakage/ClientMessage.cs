namespace NpuSim.Simulator.Studies.Leakage;

/// <summary>What the server gets, decoded from its bytes.</summary>
/// <param name="Bytes">Bytes of the message.</param>
/// <param name="Estimate">[n], the gradient that it tells or that its measurements add up to.</param>
/// <param name="Directions">[m][n], the directions of measurements; empty where there are none.</param>
/// <param name="Measured">[m], what was measured along them: signs, or slopes.</param>
internal sealed record ClientMessage(int Bytes, double[] Estimate, double[][] Directions, double[] Measured);
