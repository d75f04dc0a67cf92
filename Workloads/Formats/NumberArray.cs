using System.Buffers.Binary;
using System.Runtime.InteropServices;
using NpuSim.Workloads.Graphs;

namespace NpuSim.Workloads.Formats;

/// <summary>How the elements of an array are stored.</summary>
public enum ElementType
{
    /// <summary>IEEE binary16.</summary>
    Float16,

    /// <summary>The upper half of an IEEE binary32.</summary>
    BFloat16,

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
        ElementType.Float16 or ElementType.BFloat16 or ElementType.Int16 or ElementType.UInt16 => 2,
        ElementType.Float32 or ElementType.Int32 => 4,
        _ => 8,
    };

    /// <summary>True for numbers with a fraction.</summary>
    public static bool IsFloat(this ElementType type) => type <= ElementType.Float64;
}

/// <summary>An array of numbers as a file holds it. Immutable.</summary>
/// <param name="Shape">Extents, outermost first; a scalar is [1].</param>
/// <param name="Type">How the elements are stored.</param>
/// <param name="Bytes">The elements, little-endian, innermost axis fastest; those left in their file are read where numbers are
/// asked for.</param>
/// <param name="IsScalar">True for one number that has no axis.</param>
internal sealed record NumberArray(Shape Shape, ElementType Type, StoredBytes Bytes, bool IsScalar = false)
{
    private const int Step = 1 << 16; // elements converted at once: those of a file need not all be in memory

    /// <summary>The elements as float32, rounded to nearest where the type holds more.</summary>
    public float[] ToFloats()
    {
        float[] values = new float[Shape.Count];
        if (Type == ElementType.Float32 && BitConverter.IsLittleEndian)
            Bytes.Read(0, MemoryMarshal.AsBytes(values.AsSpan()));
        else
            Convert(values, Type.IsFloat() ? Float : static (type, element) => Integer(type, element));
        return values;
    }

    /// <summary>The elements as integers.</summary>
    /// <exception cref="InvalidOperationException">They are floats.</exception>
    public long[] ToIntegers()
    {
        if (Type.IsFloat())
            throw new InvalidOperationException($"An array of {Type} holds no integers.");
        long[] values = new long[Shape.Count];
        Convert(values, Integer);
        return values;
    }

    private void Convert<T>(T[] values, Reading<T> read)
    {
        int size = Type.Bytes();
        byte[] buffer = new byte[Math.Min(values.Length, Step) * size];
        for (int first = 0; first < values.Length; first += Step)
        {
            Span<byte> part = buffer.AsSpan(0, Math.Min(Step, values.Length - first) * size);
            Bytes.Read(first * size, part);
            for (int i = 0; i * size < part.Length; i++)
                values[first + i] = read(Type, part[(i * size)..]);
        }
    }

    private static float Float(ElementType type, ReadOnlySpan<byte> element) => type switch
    {
        ElementType.Float16 => (float)BinaryPrimitives.ReadHalfLittleEndian(element),
        ElementType.BFloat16 => BitConverter.UInt32BitsToSingle((uint)BinaryPrimitives.ReadUInt16LittleEndian(element) << 16),
        ElementType.Float32 => BinaryPrimitives.ReadSingleLittleEndian(element),
        _ => (float)BinaryPrimitives.ReadDoubleLittleEndian(element),
    };

    private static long Integer(ElementType type, ReadOnlySpan<byte> element) => type switch
    {
        ElementType.Int8 => (sbyte)element[0],
        ElementType.UInt8 => element[0],
        ElementType.Int16 => BinaryPrimitives.ReadInt16LittleEndian(element),
        ElementType.UInt16 => BinaryPrimitives.ReadUInt16LittleEndian(element),
        ElementType.Int32 => BinaryPrimitives.ReadInt32LittleEndian(element),
        _ => BinaryPrimitives.ReadInt64LittleEndian(element),
    };

    private delegate T Reading<T>(ElementType type, ReadOnlySpan<byte> element);
}
