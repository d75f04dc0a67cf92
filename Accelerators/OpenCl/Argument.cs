using System.Runtime.CompilerServices;
using NpuSim.Accelerators.Kernels.Randomness;
using NpuSim.Accelerators.Numerics;

namespace NpuSim.Accelerators.OpenCl;

/// <summary>One argument of a kernel: a buffer (null: none) or up to 64 bytes of numbers.</summary>
internal readonly struct Argument
{
    private readonly Eight words;

    private Argument(DeviceBuffer? buffer) => (Buffer, IsBuffer, Size) = (buffer, true, nint.Size);

    private Argument(int size, params ReadOnlySpan<ulong> numbers)
    {
        Size = size;
        numbers.CopyTo(words);
    }

    /// <summary>The buffer, if it is one.</summary>
    public DeviceBuffer? Buffer { get; }

    /// <summary>True for a buffer and for the absence of one.</summary>
    public bool IsBuffer { get; }

    /// <summary>Bytes as the kernel declares them.</summary>
    public int Size { get; }

    /// <summary>The bytes of a number.</summary>
    public Eight Words => words;

    public static implicit operator Argument(DeviceBuffer? buffer) => new(buffer);

    public static implicit operator Argument(int value) => new(sizeof(int), (uint)value);

    public static implicit operator Argument(uint value) => new(sizeof(uint), value);

    public static implicit operator Argument(long value) => new(sizeof(long), (ulong)value);

    /// <summary>int2: multiplier and shift.</summary>
    public static implicit operator Argument(FixedScale scale) =>
        new(2 * sizeof(int), (uint)scale.Multiplier | ((ulong)(uint)scale.Shift << 32));

    /// <summary>uint4: seed, step and tensor; the direction is an argument of its own.</summary>
    public static implicit operator Argument(RandomAddress address) =>
        new(4 * sizeof(uint), address.Seed, address.Step | ((ulong)address.Tensor << 32));

    /// <summary>uint16: a source of z.</summary>
    public static implicit operator Argument(Eight source) => new(DeviceSource.Bytes, source);

    /// <summary>64 bytes.</summary>
    [InlineArray(8)]
    internal struct Eight
    {
        private ulong first;
    }
}
