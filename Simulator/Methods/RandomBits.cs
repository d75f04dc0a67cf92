namespace NpuSim.Simulator.Methods;

/// <summary>Random bits by which a method rounds at each place of a step in fixed point; 0: as the accelerator rounds.</summary>
/// <param name="Perturbation">Of ε·z, in steps of the weight.</param>
/// <param name="Update">Of what an update works out, in steps of the weight.</param>
/// <param name="Gradient">Of the operations of a backward pass.</param>
public readonly record struct RandomBits(int Perturbation = 0, int Update = 0, int Gradient = 0);
