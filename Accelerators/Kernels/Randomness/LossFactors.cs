using System.Numerics;
using NpuSim.Accelerators.Numerics;

namespace NpuSim.Accelerators.Kernels.Randomness;

/// <summary>
/// The size of loss differences in fixed point: of m differences dᵢ (64 bits, as <see cref="Rows.CrossEntropyKernel"/> sums them)
/// whole factors qᵢ with one exponent, dᵢ ≈ qᵢ · 2ᵉ, so that Σ qᵢ zᵢ fits 32 bits.
/// </summary>
public static class LossFactors
{
    /// <summary>Bits of the largest factor at most.</summary>
    public const int MostBits = 15;

    private const int BitsOfSum = 23; // beside 8 bits of z and the sign

    /// <summary>Bits of the largest factor for m directions: 15, fewer where a sum of m products would leave 32 bits.</summary>
    /// <param name="directions">m, 1..65536.</param>
    public static int BitsFor(int directions) => Math.Min(MostBits, BitsOfSum - BitOperations.Log2((uint)((2 * directions) - 1)));

    /// <summary>qᵢ = RHAZ(dᵢ, e) with the least e ≥ 0 that brings all of them to <see cref="BitsFor"/>; a difference and its
    /// negative give opposite factors.</summary>
    /// <param name="differences">[m], above −2⁶³.</param>
    /// <param name="factors">[m], filled; at most 2^bits in magnitude.</param>
    /// <returns>e.</returns>
    public static int Normalize(ReadOnlySpan<long> differences, Span<int> factors)
    {
        ulong largest = 0;
        foreach (long difference in differences)
            largest = Math.Max(largest, (ulong)Math.Abs(difference));
        int exponent = Math.Max(0, 64 - BitOperations.LeadingZeroCount(largest) - BitsFor(differences.Length));
        for (int i = 0; i < differences.Length; i++)
            factors[i] = (int)RoundHalfAway.ShiftRight(differences[i], exponent, 0);
        return exponent;
    }

    /// <summary>1/σ of the factors, σ² = (m·Σq² − (Σq)²) / (m·(m − 1)), the root rounded down to 31 bits; 0 where all are
    /// equal.</summary>
    /// <param name="factors">[m], m ≥ 2, at most 2¹⁵ in magnitude.</param>
    public static FixedScale InverseSpread(ReadOnlySpan<int> factors)
    {
        long m = factors.Length, sum = 0, squares = 0;
        foreach (int factor in factors)
            (sum, squares) = (sum + factor, squares + ((long)factor * factor));
        return FixedScale.RootOfRatio(m * (m - 1), (m * squares) - (sum * sum));
    }
}
