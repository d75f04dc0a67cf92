namespace NpuSim.Accelerators.Kernels.Randomness;

/// <summary>Distribution of the perturbation z.</summary>
public enum PerturbationDistribution
{
    /// <summary>Standard normal in steps of 3.5/127, clamped to ±3.5 (±127).</summary>
    Normal,

    /// <summary>±1 with equal probability: ±36 in the same steps.</summary>
    Rademacher,
}
