using NpuSim.Accelerators.Kernels;
using NpuSim.Accelerators.Numerics;

namespace NpuSim.Accelerators.OpenCl;

/// <summary>One argument of a kernel: a buffer (null: none) or up to sixteen bytes of numbers.</summary>
internal readonly struct Argument
{
    private Argument(DeviceBuffer? buffer) => (Buffer, IsBuffer, Size) = (buffer, true, nint.Size);

    private Argument(ulong low, ulong high, int size) => (Low, High, Size) = (low, high, size);

    /// <summary>The buffer, if it is one.</summary>
    public DeviceBuffer? Buffer { get; }

    /// <summary>True for a buffer and for the absence of one.</summary>
    public bool IsBuffer { get; }

    /// <summary>Bytes as the kernel declares them.</summary>
    public int Size { get; }

    /// <summary>The first eight bytes of a number.</summary>
    public ulong Low { get; }

    /// <summary>The next eight.</summary>
    public ulong High { get; }

    public static implicit operator Argument(DeviceBuffer? buffer) => new(buffer);

    public static implicit operator Argument(int value) => new((uint)value, 0, sizeof(int));

    public static implicit operator Argument(uint value) => new(value, 0, sizeof(uint));

    public static implicit operator Argument(long value) => new((ulong)value, 0, sizeof(long));

    /// <summary>int2: multiplier and shift.</summary>
    public static implicit operator Argument(FixedScale scale) =>
        new((uint)scale.Multiplier | ((ulong)(uint)scale.Shift << 32), 0, 2 * sizeof(int));

    /// <summary>uint4: seed, step and tensor; the direction is an argument of its own.</summary>
    public static implicit operator Argument(RandomAddress address) =>
        new(address.Seed, address.Step | ((ulong)address.Tensor << 32), 4 * sizeof(uint));
}
