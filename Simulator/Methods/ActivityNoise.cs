using NpuSim.Accelerators.Kernels.Randomness;

namespace NpuSim.Simulator.Methods;

/// <summary>
/// Gradients estimated from perturbed activations instead of backpropagated (arXiv 2210.03310): every layer that trains adds
/// uₙ of its own for each sample to its result zₙ, one pass of tangents tells the loss's derivative cₙ along all of them, and the
/// layer's weights take the gradient that they would have if that of zₙ were cₙ·uₙ.
/// </summary>
/// <param name="Directions">m, passes of tangents whose estimates are averaged; at least 1.</param>
/// <param name="Distribution">Of u.</param>
public sealed record ActivityNoise(
    int Directions = 1, PerturbationDistribution Distribution = PerturbationDistribution.Normal);
