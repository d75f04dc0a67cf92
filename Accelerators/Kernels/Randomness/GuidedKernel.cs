namespace NpuSim.Accelerators.Kernels.Randomness;

/// <summary>
/// Momentum-guided sampling of z: z ← sat₈((a·n₁ + b·z + c·n₂ + 2¹³) ≫ 14) with n₁, n₂ drawn at directions of their own. The
/// published z ← β·z₁ + (1 − β)·z₂ with z₁ ~ N(0, √α), z₂ ~ N(z, √(1 − α)) has a = β√α, b = 1 − β, c = (1 − β)√(1 − α).
/// </summary>
public static class GuidedKernel
{
    /// <summary>Fractional bits of a, b and c.</summary>
    public const int FactorBits = 14;

    /// <summary>A factor in [0, 1] as the kernel takes it, ties away from zero.</summary>
    public static int Factor(double value) => (int)Math.Round(value * (1 << FactorBits), MidpointRounding.AwayFromZero);

    /// <summary>Moves z.</summary>
    /// <param name="z">[n] steps of Δz, changed in place.</param>
    /// <param name="address">Seed, step, direction, tensor of z.</param>
    /// <param name="factors">a, b, c times 2¹⁴, each 0..2¹⁴.</param>
    /// <param name="distribution">Of n₁ and n₂.</param>
    /// <param name="linearFeedback">True: drawn from the LFSR; false: from Philox.</param>
    public static void Run(
        Span<sbyte> z, RandomAddress address, (int Fresh, int Kept, int Near) factors, PerturbationDistribution distribution,
        bool linearFeedback)
    {
        const int Part = 1024;
        Span<sbyte> fresh = stackalloc sbyte[Part], near = stackalloc sbyte[Part];
        for (int first = 0; first < z.Length; first += Part)
        {
            Span<sbyte> part = z[first..Math.Min(z.Length, first + Part)];
            Perturbation.Draw(
                address with { Direction = address.Direction | RandomAddress.GuidedFresh }, first, fresh[..part.Length],
                distribution, linearFeedback);
            Perturbation.Draw(
                address with { Direction = address.Direction | RandomAddress.GuidedNear }, first, near[..part.Length],
                distribution, linearFeedback);
            for (int i = 0; i < part.Length; i++)
            {
                int sum = (factors.Fresh * fresh[i]) + (factors.Kept * part[i]) + (factors.Near * near[i]);
                part[i] = (sbyte)Math.Clamp((sum + (1 << (FactorBits - 1))) >> FactorBits, -128, 127);
            }
        }
    }
}
