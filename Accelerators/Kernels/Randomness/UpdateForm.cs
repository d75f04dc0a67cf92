namespace NpuSim.Accelerators.Kernels.Randomness;

/// <summary>How the factors of an update's directions become a step; the default: signs, and a mean in 8 bits, rounded as the
/// policy says.</summary>
/// <param name="FractionBits">Fraction bits f of the factors, 0..8: g = (1/m) Σ factorᵢ/2^f zᵢ in 8 bits.</param>
/// <param name="IsSum">True: g = Σ factorᵢ zᵢ in 32 bits, without a mean; factors are whole numbers.</param>
/// <param name="RandomBits">Random bits of stochastic rounding, 1..32, whatever the policy rounds by, in one rounding shift; 0: as
/// the policy says.</param>
public readonly record struct UpdateForm(int FractionBits = 0, bool IsSum = false, int RandomBits = 0)
{
    /// <summary>The bits of a random word that stochastic rounding looks at: the highest.</summary>
    internal static uint NoiseMask(int randomBits) => randomBits == 0 ? uint.MaxValue : uint.MaxValue << (32 - randomBits);
}
