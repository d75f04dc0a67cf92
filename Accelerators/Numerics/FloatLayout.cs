using System.Numerics;

namespace NpuSim.Accelerators.Numerics;

/// <summary>
/// A floating-point format narrower than binary32, of which every number is one of binary32 too: sign, exponent, fraction, and
/// subnormal numbers below the least exponent.
/// </summary>
/// <param name="FractionBits">Bits of the fraction.</param>
/// <param name="LeastExponent">Exponent of the smallest normal number.</param>
/// <param name="Greatest">Largest number; what is beyond it, infinity included, becomes it.</param>
internal readonly record struct FloatLayout(int FractionBits, int LeastExponent, float Greatest)
{
    /// <summary>E4M3 of OFP8 1.0, table 1: bias 7, S.1111.110 the largest, saturating.</summary>
    public static FloatLayout E4M3 { get; } = new(3, -6, 448);

    /// <summary>E5M2 of OFP8 1.0, table 1: bias 15, S.11110.11 the largest, saturating.</summary>
    public static FloatLayout E5M2 { get; } = new(2, -14, 57_344);

    /// <summary>Elements of MXINT8: sixty-fourths from −127 to 127; −2 is left unused, so that the range is symmetric
    /// (Microscaling Formats 1.0, section 5.3.4).</summary>
    public static FloatLayout Int8 { get; } = new(6, 0, 127 / 64f);

    /// <summary>The largest exponent of an element (Microscaling Formats 1.0, table 1).</summary>
    public int GreatestExponent => (BitConverter.SingleToInt32Bits(Greatest) >> 23) - 127;

    /// <summary>The nearest number of the format, of two equally near the one with an even last bit; what is no number
    /// stays none.</summary>
    public float Nearest(float value)
    {
        if (float.IsNaN(value))
            return value;
        double bounded = Math.Min(Math.Abs(value), Greatest);
        double step = double.Exp2(Math.Max(Math.ILogB(bounded), LeastExponent) - FractionBits); // the distance of neighbours there
        return (float)Math.CopySign(Math.Round(bounded / step, MidpointRounding.ToEven) * step, value);
    }

    /// <summary>The same for several numbers, bit for bit.</summary>
    public Vector<float> Nearest(Vector<float> values)
    {
        Vector<int> sign = Vector.AsVectorInt32(values) & new Vector<int>(int.MinValue);
        Vector<float> bounded = Vector.Abs(values);
        bounded = Vector.ConditionalSelect(Vector.GreaterThan(bounded, new Vector<float>(Greatest)), new(Greatest), bounded);
        Vector<int> exponent = Vector.Max(Vector.AsVectorInt32(bounded) & new Vector<int>(0x7F80_0000),
            new Vector<int>((LeastExponent + 127) << 23));
        // Three halves of the power of two whose last bit is the distance of neighbours: the sum is rounded there.
        Vector<float> round = Vector.AsVectorSingle((exponent + new Vector<int>((23 - FractionBits) << 23))
            | new Vector<int>(0x0040_0000));
        Vector<float> nearest = Vector.AsVectorSingle(Vector.AsVectorInt32(bounded + round - round) | sign);
        return Vector.ConditionalSelect(Vector.Equals(values, values), nearest, values);
    }
}
