namespace NpuSim.Accelerators.Numerics;

/// <summary>How one number is stored. Integers are two's complement.</summary>
public enum NumberFormat
{
    /// <summary>0 or 1, eight to a byte in memory: what a rectifier let pass.</summary>
    Bit,

    /// <summary>4-bit integer, two to a byte in memory.</summary>
    Int4,

    /// <summary>8-bit integer.</summary>
    Int8,

    /// <summary>16-bit integer.</summary>
    Int16,

    /// <summary>32-bit integer.</summary>
    Int32,

    /// <summary>64-bit integer.</summary>
    Int64,

    /// <summary>IEEE 754 binary16.</summary>
    Fp16,

    /// <summary>IEEE 754 binary32.</summary>
    Fp32,
}

/// <summary>Sizes and ranges of number formats.</summary>
public static class NumberFormats
{
    /// <summary>Width in bits.</summary>
    public static int Bits(this NumberFormat format) => format switch
    {
        NumberFormat.Bit => 1,
        NumberFormat.Int4 => 4,
        NumberFormat.Int8 => 8,
        NumberFormat.Int16 or NumberFormat.Fp16 => 16,
        NumberFormat.Int32 or NumberFormat.Fp32 => 32,
        NumberFormat.Int64 => 64,
        _ => throw new ArgumentOutOfRangeException(nameof(format)),
    };

    /// <summary>True for the two's complement formats.</summary>
    public static bool IsInteger(this NumberFormat format) =>
        format is not (NumberFormat.Bit or NumberFormat.Fp16 or NumberFormat.Fp32);

    /// <summary>Bytes that <paramref name="count"/> elements take, the last byte of a tensor of narrower elements filled
    /// up.</summary>
    /// <exception cref="OverflowException">The size leaves 64 bits.</exception>
    public static long BytesFor(this NumberFormat format, long count) => checked(((count * format.Bits()) + 7) / 8);

    /// <summary>Largest integer of the format (2^(bits−1) − 1); symmetric quantisation maps the largest magnitude to
    /// it.</summary>
    public static long MaxValue(this NumberFormat format) => (1L << (format.Bits() - 1)) - 1;

    /// <summary>Smallest integer of the format (−2^(bits−1)).</summary>
    public static long MinValue(this NumberFormat format) => -(1L << (format.Bits() - 1));
}
