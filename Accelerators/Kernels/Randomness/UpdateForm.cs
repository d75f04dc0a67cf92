namespace NpuSim.Accelerators.Kernels.Randomness;

/// <summary>How the factors of an update's directions become a step; the default: signs, and a mean in 8 bits.</summary>
/// <param name="FractionBits">Fraction bits f of the factors, 0..8: g = (1/m) Σ factorᵢ/2^f zᵢ in 8 bits.</param>
/// <param name="IsSum">True: g = Σ factorᵢ zᵢ in 32 bits, without a mean; factors are whole numbers.</param>
/// <param name="ResidualBits">Bits kept below each weight, 0..16; the scale stays that of a step in whole weights.</param>
public readonly record struct UpdateForm(int FractionBits = 0, bool IsSum = false, int ResidualBits = 0);
