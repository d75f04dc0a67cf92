using NpuSim.Yaml;

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

    /// <summary>The upper half of binary32: 8 bits of exponent, 7 of fraction.</summary>
    Bf16,

    /// <summary>8-bit float E4M3 of the Open Compute Project (OFP8, version 1.0): largest 448, no infinity.</summary>
    [Yaml("", Key = "fp8-e4m3")]
    Fp8E4M3,

    /// <summary>8-bit float E5M2 of the Open Compute Project (OFP8, version 1.0): largest finite number 57,344.</summary>
    [Yaml("", Key = "fp8-e5m2")]
    Fp8E5M2,

    /// <summary>MXINT8 (OCP Microscaling Formats, version 1.0): blocks of 32 elements of 8 bits with one power of two.</summary>
    [Yaml("", Key = "mxint8")]
    MxInt8,

    /// <summary>MXFP8 with elements E4M3 (OCP Microscaling Formats, version 1.0): blocks of 32 with one power of two.</summary>
    [Yaml("", Key = "mxfp8-e4m3")]
    MxFp8E4M3,

    /// <summary>MXFP8 with elements E5M2 (OCP Microscaling Formats, version 1.0): blocks of 32 with one power of two.</summary>
    [Yaml("", Key = "mxfp8-e5m2")]
    MxFp8E5M2,
}

/// <summary>Sizes and ranges of number formats.</summary>
public static class NumberFormats
{
    /// <summary>Elements of a block of the microscaling formats, which follow one another in memory.</summary>
    public const int BlockLength = 32;

    /// <summary>Width of an element in bits, without what its block shares.</summary>
    public static int Bits(this NumberFormat format) => format switch
    {
        NumberFormat.Bit => 1,
        NumberFormat.Int4 => 4,
        NumberFormat.Int8 or NumberFormat.Fp8E4M3 or NumberFormat.Fp8E5M2 => 8,
        NumberFormat.MxInt8 or NumberFormat.MxFp8E4M3 or NumberFormat.MxFp8E5M2 => 8,
        NumberFormat.Int16 or NumberFormat.Fp16 or NumberFormat.Bf16 => 16,
        NumberFormat.Int32 or NumberFormat.Fp32 => 32,
        NumberFormat.Int64 => 64,
        _ => throw new ArgumentOutOfRangeException(nameof(format)),
    };

    /// <summary>True for the two's complement formats.</summary>
    public static bool IsInteger(this NumberFormat format) => format is NumberFormat.Int4 or NumberFormat.Int8
        or NumberFormat.Int16 or NumberFormat.Int32 or NumberFormat.Int64;

    /// <summary>True for formats whose elements share a scale of 8 bits (E8M0) in blocks of <see cref="BlockLength"/>.</summary>
    public static bool IsBlocked(this NumberFormat format) =>
        format is NumberFormat.MxInt8 or NumberFormat.MxFp8E4M3 or NumberFormat.MxFp8E5M2;

    /// <summary>Bytes that <paramref name="count"/> elements take, the last byte of a tensor of narrower elements filled
    /// up, the scales of blocks counted.</summary>
    /// <exception cref="OverflowException">The size leaves 64 bits.</exception>
    public static long BytesFor(this NumberFormat format, long count) => checked(
        (((count * format.Bits()) + 7) / 8) + (format.IsBlocked() ? (count + BlockLength - 1) / BlockLength : 0));

    /// <summary>Largest integer of the format (2^(bits−1) − 1); symmetric quantisation maps the largest magnitude to
    /// it.</summary>
    public static long MaxValue(this NumberFormat format) => (1L << (format.Bits() - 1)) - 1;

    /// <summary>Smallest integer of the format (−2^(bits−1)).</summary>
    public static long MinValue(this NumberFormat format) => -(1L << (format.Bits() - 1));
}
