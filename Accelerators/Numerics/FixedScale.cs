namespace NpuSim.Accelerators.Numerics;

/// <summary>
/// A positive real factor as hardware holds it: <paramref name="Multiplier"/> · 2^(<paramref name="Shift"/> − 31), with the
/// multiplier in [2³⁰, 2³¹) or 0. A positive shift scales up. (gemmlowp, doc/quantization.md; TFLite QuantizeMultiplier.)
/// </summary>
/// <param name="Multiplier">Q0.31 significand.</param>
/// <param name="Shift">Power of two, −31..30.</param>
public readonly record struct FixedScale(int Multiplier, int Shift)
{
    /// <summary>
    /// The nearest scale to a real factor: frexp, then round-half-away(fraction · 2³¹); a fraction that rounds to 1 is halved and
    /// the shift raised; a shift below −31 gives (0, 0).
    /// </summary>
    /// <param name="factor">Finite and not negative, below 2³⁰.</param>
    /// <exception cref="ArgumentOutOfRangeException">The factor is negative, not finite or too large.</exception>
    public static FixedScale FromDouble(double factor)
    {
        if (!double.IsFinite(factor) || factor < 0 || factor >= 1L << 30)
            throw new ArgumentOutOfRangeException(nameof(factor), factor, "A requantise factor lies in [0, 2^30).");
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

    /// <summary>The factor this scale stands for.</summary>
    public double ToDouble() => Math.ScaleB(Multiplier, Shift - 31);
}
