using NpuSim.Accelerators.Numerics;

namespace NpuSim.Accelerators.Kernels;

/// <summary>Reads and writes single integers of any format, for reference kernels and for what need not be fast.</summary>
internal static unsafe class IntegerAccess
{
    /// <summary>Bytes of one element in memory; int4 is unpacked.</summary>
    public static int Bytes(NumberFormat format) => format == NumberFormat.Int4 ? 1 : format.Bits() / 8;

    /// <summary>Elements held by an operand.</summary>
    public static int Count(this Operand operand) => operand.Bytes.Length / Bytes(operand.Format);

    public static long Read(byte* data, NumberFormat format, long index) => format switch
    {
        NumberFormat.Int4 or NumberFormat.Int8 => ((sbyte*)data)[index],
        NumberFormat.Int16 => ((short*)data)[index],
        NumberFormat.Int32 => ((int*)data)[index],
        NumberFormat.Int64 => ((long*)data)[index],
        _ => throw new ArgumentException($"{format} is not an integer format."),
    };

    public static void Write(byte* data, NumberFormat format, long index, long value)
    {
        switch (format)
        {
            case NumberFormat.Int4 or NumberFormat.Int8: ((sbyte*)data)[index] = (sbyte)value; break;
            case NumberFormat.Int16: ((short*)data)[index] = (short)value; break;
            case NumberFormat.Int32: ((int*)data)[index] = (int)value; break;
            case NumberFormat.Int64: ((long*)data)[index] = value; break;
            default: throw new ArgumentException($"{format} is not an integer format.");
        }
    }

    /// <summary>Brings a value into a format: clamped or cut to the low bits.</summary>
    public static long Narrow(long value, NumberFormat format, Narrowing narrowing) =>
        narrowing == Narrowing.Saturate
            ? Math.Clamp(value, format.MinValue(), format.MaxValue())
            : (value << (64 - format.Bits())) >> (64 - format.Bits());

    /// <summary>Throws unless the operand holds <paramref name="count"/> elements of an integer format.</summary>
    public static void Check(this Operand operand, long count, string name)
    {
        if (!operand.Format.IsInteger() || operand.Count() != count)
            throw new ArgumentException($"{name} holds {operand.Count()} elements of {operand.Format}, not {count} integers.",
                name);
    }
}
