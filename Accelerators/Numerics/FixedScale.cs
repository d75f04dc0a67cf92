using System.Globalization;
using System.Numerics;

namespace NpuSim.Accelerators.Numerics;

/// <summary>
/// A positive real factor as hardware holds it: <paramref name="Multiplier"/> · 2^(<paramref name="Shift"/> − 31), with the
/// multiplier in [2³⁰, 2³¹) or 0. A positive shift scales up. (gemmlowp, doc/quantization.md; TFLite QuantizeMultiplier.)
/// </summary>
/// <param name="Multiplier">Q0.31 significand.</param>
/// <param name="Shift">Power of two, −31..30.</param>
public readonly record struct FixedScale(int Multiplier, int Shift)
{
    /// <summary>True for factors that have a nearest scale: finite, not negative, below 2³⁰.</summary>
    public static bool Holds(double factor) => factor is >= 0 and < 1L << 30;

    /// <summary>
    /// The nearest scale to a real factor: frexp, then round-half-away(fraction · 2³¹); a fraction that rounds to 1 is halved and
    /// the shift raised; a shift below −31 gives (0, 0).
    /// </summary>
    /// <param name="factor">Finite and not negative, below 2³⁰.</param>
    /// <param name="origin">What the factor comes from, for the message: an operation, a key, an option.</param>
    /// <exception cref="InputException">The factor is negative, not finite or too large: scales, weights or step sizes that
    /// someone gave are too far apart.</exception>
    public static FixedScale FromDouble(double factor, string origin = "a requantise factor")
    {
        if (!Holds(factor))
        {
            throw new InputException(
                $"{origin}: {factor.ToString("G4", CultureInfo.InvariantCulture)} is no factor in fixed point; accepted are 0 to "
                    + $"2^30.");
        }

        if (factor == 0)
            return default;
        int shift = Math.ILogB(factor) + 1;
        long multiplier = (long)Math.Round(Math.ScaleB(factor, 31 - shift), MidpointRounding.AwayFromZero);
        if (multiplier == 1L << 31)
        {
            multiplier /= 2;
            shift++;
        }

        return shift < -31 ? default : new FixedScale((int)multiplier, shift);
    }

    /// <summary>The scale of a multiplier and a shift that a file gives.</summary>
    /// <param name="multiplier">Q0.31 significand; test vectors also have ones below 2³⁰.</param>
    /// <param name="shift">Power of two.</param>
    /// <param name="origin">What they come from, for the message.</param>
    /// <exception cref="InputException">The multiplier is negative or the shift outside −31..30.</exception>
    public static FixedScale OfParts(long multiplier, long shift, string origin) =>
        multiplier is >= 0 and <= int.MaxValue && shift is >= -31 and <= 30
        ? new FixedScale((int)multiplier, (int)shift)
        : throw new InputException(
            $"{origin}: multiplier {multiplier} and shift {shift}; accepted are 0 to {int.MaxValue} and -31 to 30.");

    /// <summary>
    /// √(<paramref name="numerator"/> / <paramref name="denominator"/>), rounded down to 31 significant bits, in integers
    /// throughout: ⌊√⌊numerator · 4ᵏ / denominator⌋⌋ with the k that fills them. (0, 0) where either is 0.
    /// </summary>
    /// <param name="numerator">0..2⁶¹.</param>
    /// <param name="denominator">0..2⁶¹.</param>
    public static FixedScale RootOfRatio(long numerator, long denominator)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(numerator);
        ArgumentOutOfRangeException.ThrowIfNegative(denominator);
        if (numerator == 0 || denominator == 0)
            return default;
        // The quotient has 61 to 63 bits
        int k = (62 - BitOperations.Log2((ulong)numerator) + BitOperations.Log2((ulong)denominator)) / 2;
        UInt128 quotient = ((UInt128)numerator << (2 * k)) / (UInt128)denominator;
        if (quotient >= (UInt128)1 << 62)
            quotient = ((UInt128)numerator << (2 * --k)) / (UInt128)denominator;
        return new FixedScale((int)Fixed.SquareRoot((long)quotient), 31 - k);
    }

    /// <summary>The product of two scales, its significand rounded half up; (0, 0) below the least scale.</summary>
    public FixedScale Times(FixedScale other)
    {
        long product = (long)Multiplier * other.Multiplier; // 0, or 2⁶⁰ ≤ product < 2⁶²
        if (product == 0)
            return default;
        int shift = Shift + other.Shift, drop = product >= 1L << 61 ? 31 : 30;
        long multiplier = (product + (1L << (drop - 1))) >> drop;
        shift -= 31 - drop;
        if (multiplier == 1L << 31)
            (multiplier, shift) = (multiplier / 2, shift + 1);
        return shift < -31 ? default : shift > 30 ? new FixedScale(int.MaxValue, 30) : new FixedScale((int)multiplier, shift);
    }

    /// <summary>This scale · 2^<paramref name="bits"/>; (0, 0) below the least scale, the greatest above it.</summary>
    public FixedScale ShiftedBy(int bits) => Multiplier == 0 || Shift + bits < -31 ? default
        : Shift + bits > 30 ? new(int.MaxValue, 30) : this with { Shift = Shift + bits };

    /// <summary>
    /// The factor from a sum to a mean, as TFLite folds it (internal/reference/reduce.h, QuantizedMeanOrSum): ⌊m · 2ᵏ / n⌋ with a
    /// shift lower by k = min(⌊log₂ n⌋, 32, 31 + shift).
    /// </summary>
    /// <param name="count">n, how many are added; at least 1.</param>
    public FixedScale Over(int count)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        int k = Math.Min(BitOperations.Log2((uint)count), Math.Min(32, 31 + Shift));
        return new FixedScale((int)(((long)Multiplier << k) / count), Shift - k);
    }

    /// <summary>The factor this scale stands for.</summary>
    public double ToDouble() => Math.ScaleB(Multiplier, Shift - 31);
}
