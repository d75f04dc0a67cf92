using NpuSim.Accelerators.Kernels;
using NpuSim.Accelerators.Numerics;

namespace NpuSim.Accelerators.OpenCl;

/// <summary>Numbers in a device's memory together with their format: what an <see cref="Operand"/> is on the processor. Int4 is
/// held one to a byte.</summary>
/// <param name="Buffer">Where they lie; null: there are none.</param>
/// <param name="Offset">Bytes from the buffer's start, a multiple of the element size.</param>
/// <param name="Format">Format of each element, an integer.</param>
/// <param name="Count">Elements.</param>
public readonly record struct DeviceOperand(DeviceBuffer? Buffer, long Offset, NumberFormat Format, long Count)
{
    /// <summary>A whole buffer of elements.</summary>
    public DeviceOperand(DeviceBuffer buffer, NumberFormat format)
        : this(buffer, 0, format, buffer.Bytes / IntegerAccess.Bytes(format)) { }

    /// <summary>Its bytes.</summary>
    public long Bytes => Count * IntegerAccess.Bytes(Format);

    internal int Bits => Buffer is null ? 0 : Format.Bits();

    internal void Check(long count, string name)
    {
        if (Buffer is null || !Format.IsInteger() || Count != count)
            throw new ArgumentException($"{name} holds {Count} elements of {Format}, not {count} integers.", name);
        if (Offset < 0 || Offset + Bytes > Buffer.Bytes)
            throw new ArgumentException($"{name} lies outside its buffer of {Buffer.Bytes} bytes.", name);
    }
}
