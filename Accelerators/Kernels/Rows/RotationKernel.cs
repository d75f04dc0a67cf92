using NpuSim.Accelerators.Kernels.Elements;
using NpuSim.Accelerators.Kernels.Randomness;
using NpuSim.Accelerators.Numerics;

namespace NpuSim.Accelerators.Kernels.Rows;

/// <summary>
/// Rotation of pairs, an element and the one half a row on, by the angle of the row and the pair: a₁ = x₁ · c − x₂ · s and
/// a₂ = x₂ · c + x₁ · s exactly, with c and s in 14 fractional bits; y = requantise(RHU(a, 8)), which keeps 6 of them and has
/// 22 bits of 16-bit x.
/// </summary>
public static class RotationKernel
{
    private const int FractionBits = 14, KeptBits = 6;

    /// <summary>A cosine or sine in 14 fractional bits.</summary>
    /// <param name="value">−1..1.</param>
    public static int Fixed(double value) => (int)Math.Round(value * (1 << FractionBits), MidpointRounding.AwayFromZero);

    /// <summary>Rotates.</summary>
    /// <param name="x">[rows, 2·half], int8 or int16, symmetric.</param>
    /// <param name="cosines">[positions, half] in 14 fractional bits; row r has position r mod positions.</param>
    /// <param name="sines">[positions, half].</param>
    /// <param name="half">Pairs of a row.</param>
    /// <param name="factor">Δx / Δy.</param>
    /// <param name="y">[rows, 2·half], int8 or int16.</param>
    /// <param name="policy">Arithmetic of the requantise step.</param>
    /// <param name="noise">Random numbers of stochastic rounding, by element.</param>
    /// <exception cref="ArgumentException">Sizes do not fit.</exception>
    public static OverflowCount Run(
        Operand x, ReadOnlySpan<int> cosines, ReadOnlySpan<int> sines, int half, double factor, Operand y, NumericPolicy policy,
        RandomAddress noise = default)
    {
        int[] from = SoftmaxGradientKernel.Widened(x), to = new int[from.Length];
        if (half < 1 || cosines.Length != sines.Length || cosines.Length % half != 0 || from.Length % (2 * half) != 0)
            throw new ArgumentException($"{from.Length} elements in pairs of {half}, {cosines.Length} angles.", nameof(x));
        for (int row = 0; row < from.Length; row += 2 * half)
        {
            int at = row / (2 * half) * half % cosines.Length;
            for (int i = 0; i < half; i++)
            {
                (long first, long second) = (from[row + i], from[row + half + i]);
                (int c, int s) = (cosines[at + i], sines[at + i]);
                to[row + i] = Kept((first * c) - (second * s));
                to[row + half + i] = Kept((second * c) + (first * s));
            }
        }

        return ElementwiseKernel.Requantize(to.AsSpan(), FixedScale.FromDouble(Math.ScaleB(factor, -KeptBits)), y, policy, noise);

        static int Kept(long sum) => (int)RoundHalfUp.ShiftRight(sum, FractionBits - KeptBits, 0);
    }
}
