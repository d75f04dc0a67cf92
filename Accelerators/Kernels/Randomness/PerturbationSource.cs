using System.Runtime.InteropServices;

namespace NpuSim.Accelerators.Kernels.Randomness;

/// <summary>Where the 8-bit random direction z of one tensor comes from: drawn again at its address, or stored.</summary>
/// <param name="Address">Seed, step, direction, tensor.</param>
/// <param name="Distribution">Of z, where it is drawn.</param>
/// <param name="LinearFeedback">True: drawn from the LFSR; false: from Philox.</param>
/// <param name="Stored">z itself, 8 bits per element; null: drawn.</param>
/// <param name="Mask">Elements outside it are 0; null: all take part.</param>
public readonly record struct PerturbationSource(
    RandomAddress Address, PerturbationDistribution Distribution = PerturbationDistribution.Normal, bool LinearFeedback = false,
    byte[]? Stored = null, WeightMask? Mask = null)
{
    /// <summary>z[first], z[first + 1], ….</summary>
    public void Draw(long first, Span<sbyte> z)
    {
        if (Stored is null)
            Perturbation.Draw(Address, first, z, Distribution, LinearFeedback);
        else
            MemoryMarshal.Cast<byte, sbyte>(Stored.AsSpan((int)first, z.Length)).CopyTo(z);
        Mask?.Apply(first, z);
    }
}

/// <summary>One summand of a perturbation.</summary>
/// <param name="Source">z.</param>
/// <param name="SignedSteps">±ε_q, its factor; at most 2²³ in magnitude.</param>
public readonly record struct PerturbationTerm(PerturbationSource Source, int SignedSteps);
