namespace NpuSim;

/// <summary>The upper half of a binary32: 8 bits of exponent, 7 of fraction.</summary>
public static class Bfloat16
{
    private const int Kept = unchecked((int)0xFFFF_0000), Quiet = 0x0040_0000;

    /// <summary>The nearest number of the format, halves to even; beyond the largest infinity. What is no number stays
    /// none.</summary>
    public static float Nearest(float value)
    {
        int bits = BitConverter.SingleToInt32Bits(value);
        int rounded = float.IsNaN(value) ? bits | Quiet : bits + 0x7FFF + ((bits >>> 16) & 1);
        return BitConverter.Int32BitsToSingle(rounded & Kept);
    }
}
