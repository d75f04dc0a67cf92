using NpuSim.Accelerators.Numerics;

namespace NpuSim.Accelerators.Kernels.Elements;

/// <summary>
/// 8-bit tables that give what TFLite's own kernels give for each of the 256 arguments (tensorflow/lite/kernels/activations.cc,
/// quantize.cc and internal/reference). Scales are float32, as files have them.
/// </summary>
public static class TfliteTables
{
    private const int HighBits = 7;

    /// <summary>
    /// Functions that TFLite tabulates itself (LOGISTIC, TANH, ELU, EXP, LOG, GELU …), in float32 throughout: round-half-away(f(s
    /// · (x − z)) · (1 / s′)) + z′.
    /// </summary>
    /// <param name="f">The function.</param>
    /// <param name="from">Scale and zero point of the argument.</param>
    /// <param name="to">Scale and zero point of the value.</param>
    public static LookupTable Of(Func<float, float> f, (float Scale, int ZeroPoint) from, (float Scale, int ZeroPoint) to)
    {
        ArgumentNullException.ThrowIfNull(f);
        float inverse = 1 / to.Scale;
        return LookupTable.OfInt8(x =>
        {
            double rescaled = MathF.Round(f(from.Scale * (x - from.ZeroPoint)) * inverse, MidpointRounding.AwayFromZero);
            return (int)Math.Clamp(rescaled, -1e6, 1e6) + to.ZeroPoint;
        });
    }

    /// <summary>QUANTIZE from one scale to another: a requantisation with double rounding.</summary>
    public static LookupTable Requantized((float Scale, int ZeroPoint) from, (float Scale, int ZeroPoint) to)
    {
        FixedScale factor = FixedScale.FromDouble((double)from.Scale / to.Scale);
        return LookupTable.OfInt8(x => Fixed.MultiplyDouble(x - from.ZeroPoint, factor) + to.ZeroPoint);
    }

    /// <summary>LEAKY_RELU: a requantisation with double rounding for either sign.</summary>
    /// <param name="alpha">Slope below 0, not negative.</param>
    /// <param name="from">Scale and zero point of the argument.</param>
    /// <param name="to">Scale and zero point of the value.</param>
    public static LookupTable LeakyRelu(float alpha, (float Scale, int ZeroPoint) from, (float Scale, int ZeroPoint) to)
    {
        FixedScale above = FixedScale.FromDouble(from.Scale / to.Scale),
            below = FixedScale.FromDouble(from.Scale * alpha / to.Scale);
        return LookupTable.OfInt8(x =>
        {
            int value = x - from.ZeroPoint;
            return Fixed.MultiplyDouble(value, value >= 0 ? above : below) + to.ZeroPoint;
        });
    }

    /// <summary>
    /// HARD_SWISH in 16 bits: x on the output's scale, times a factor in 0..1 that is worked out by a product and a saturating
    /// shift of its own. Null where TFLite refuses the scales: an output finer than 1/128 of the input.
    /// </summary>
    public static LookupTable? HardSwish((float Scale, int ZeroPoint) from, (float Scale, int ZeroPoint) to)
    {
        float fine = 1f / (1 << HighBits) * from.Scale;
        FixedScale output = FixedScale.FromDouble(fine / to.Scale), share = FixedScale.FromDouble(fine / (3f / 32768f));
        if (output.Shift > 0)
            return null;
        (short outputFactor, short shareFactor) = (Narrow(output), Narrow(share));
        return LookupTable.OfInt8(x =>
        {
            short value = (short)((x - from.ZeroPoint) << HighBits);
            short part = value;
            if (share.Shift > 0)
                part = Saturated((long)part << (share.Shift - 1));
            part = Fixed.DoublingHighMultiply(part, shareFactor);
            part = share.Shift > 0 ? Saturated(part << 1) : (short)Fixed.DivideByPowerOfTwo(part, -share.Shift);
            int positive = (part + (1 << 15)) >> 1;
            int product = positive * Fixed.DoublingHighMultiply(value, outputFactor) / (1 << 15); // towards 0
            return Fixed.DivideByPowerOfTwo(product, -output.Shift) + to.ZeroPoint;
        });

        static short Saturated(long wide) => (short)Math.Clamp(wide, short.MinValue, short.MaxValue);
        static short Narrow(FixedScale scale) => Saturated(((long)scale.Multiplier + (1 << 15)) >> 16);
    }
}
