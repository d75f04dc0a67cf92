namespace NpuSim.Simulator.Execution;

/// <summary>The perturbation of one tensor.</summary>
/// <param name="Tensor">Name of the parameter.</param>
/// <param name="Scale">Δw, the value of one step.</param>
/// <param name="Steps">ε_q = round(ε / Δw), at least 1 where ε·z is rounded at random: 0 means that this tensor is never
/// perturbed.</param>
public sealed record EpsilonSteps(string Tensor, double Scale, int Steps);
