using System.Runtime.InteropServices;

namespace NpuSim.Accelerators.Numerics;

/// <summary>A run of numbers in memory together with their format: what an integer kernel reads or writes. Int4 is held
/// unpacked, one per byte.</summary>
/// <param name="bytes">The storage, aligned to the element size.</param>
/// <param name="format">Format of each element.</param>
public readonly ref struct Operand(Span<byte> bytes, NumberFormat format)
{
    /// <summary>The storage.</summary>
    public Span<byte> Bytes { get; } = bytes;

    /// <summary>Format of each element.</summary>
    public NumberFormat Format { get; } = format;

    /// <summary>The elements as <typeparamref name="T"/>, which must be as wide as the format.</summary>
    public Span<T> As<T>() where T : unmanaged => MemoryMarshal.Cast<byte, T>(Bytes);

    /// <summary>8-bit (or unpacked 4-bit) elements as an operand.</summary>
    public static implicit operator Operand(Span<sbyte> values) => new(MemoryMarshal.AsBytes(values), NumberFormat.Int8);

    /// <summary>16-bit elements as an operand.</summary>
    public static implicit operator Operand(Span<short> values) => new(MemoryMarshal.AsBytes(values), NumberFormat.Int16);

    /// <summary>32-bit elements as an operand.</summary>
    public static implicit operator Operand(Span<int> values) => new(MemoryMarshal.AsBytes(values), NumberFormat.Int32);
}
