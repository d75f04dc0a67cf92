using System.Buffers.Binary;
using NpuSim.Workloads.Graphs;

namespace NpuSim.Workloads.Formats;

/// <summary>How the elements of an array are stored.</summary>
public enum ElementType
{
    /// <summary>IEEE binary16.</summary>
    Float16,

    /// <summary>IEEE binary32.</summary>
    Float32,

    /// <summary>IEEE binary64.</summary>
    Float64,

    /// <summary>Two's complement, 8 bits.</summary>
    Int8,

    /// <summary>Two's complement, 16 bits.</summary>
    Int16,

    /// <summary>Two's complement, 32 bits.</summary>
    Int32,

    /// <summary>Two's complement, 64 bits.</summary>
    Int64,

    /// <summary>Unsigned, 8 bits.</summary>
    UInt8,

    /// <summary>Unsigned, 16 bits.</summary>
    UInt16,
}

/// <summary>Sizes of element types.</summary>
public static class ElementTypes
{
    /// <summary>Bytes of one element.</summary>
    public static int Bytes(this ElementType type) => type switch
    {
        ElementType.Int8 or ElementType.UInt8 => 1,
        ElementType.Float16 or ElementType.Int16 or ElementType.UInt16 => 2,
        ElementType.Float32 or ElementType.Int32 => 4,
        _ => 8,
    };

    /// <summary>True for numbers with a fraction.</summary>
    public static bool IsFloat(this ElementType type) => type <= ElementType.Float64;
}

/// <summary>An array of numbers as a file holds it. Immutable.</summary>
/// <param name="Shape">Extents, outermost first; a scalar is [1].</param>
/// <param name="Type">How the elements are stored.</param>
/// <param name="Bytes">The elements, little-endian, innermost axis fastest.</param>
/// <param name="IsScalar">True for one number that has no axis.</param>
internal sealed record NumberArray(Shape Shape, ElementType Type, ReadOnlyMemory<byte> Bytes, bool IsScalar = false)
{
    /// <summary>The elements as float32, rounded to nearest where the type holds more.</summary>
    public float[] ToFloats()
    {
        float[] values = new float[Shape.Count];
        for (int i = 0; i < values.Length; i++)
            values[i] = Type.IsFloat() ? Float(i) : Integer(i);
        return values;
    }

    /// <summary>The elements as integers.</summary>
    /// <exception cref="InvalidOperationException">They are floats.</exception>
    public long[] ToIntegers()
    {
        if (Type.IsFloat())
            throw new InvalidOperationException($"An array of {Type} holds no integers.");
        long[] values = new long[Shape.Count];
        for (int i = 0; i < values.Length; i++)
            values[i] = Integer(i);
        return values;
    }

    private float Float(int i) => Type switch
    {
        ElementType.Float16 => (float)BinaryPrimitives.ReadHalfLittleEndian(Element(i)),
        ElementType.Float32 => BinaryPrimitives.ReadSingleLittleEndian(Element(i)),
        _ => (float)BinaryPrimitives.ReadDoubleLittleEndian(Element(i)),
    };

    private long Integer(int i) => Type switch
    {
        ElementType.Int8 => (sbyte)Bytes.Span[i],
        ElementType.UInt8 => Bytes.Span[i],
        ElementType.Int16 => BinaryPrimitives.ReadInt16LittleEndian(Element(i)),
        ElementType.UInt16 => BinaryPrimitives.ReadUInt16LittleEndian(Element(i)),
        ElementType.Int32 => BinaryPrimitives.ReadInt32LittleEndian(Element(i)),
        _ => BinaryPrimitives.ReadInt64LittleEndian(Element(i)),
    };

    private ReadOnlySpan<byte> Element(int i) => Bytes.Span[(i * Type.Bytes())..];
}
