using System.Runtime.InteropServices;
using NpuSim.Accelerators.Numerics;
using NpuSim.Random;

namespace NpuSim.Benchmarks;

/// <summary>Random operands.</summary>
internal static class Operands
{
    /// <summary>Uniform in −amplitude..amplitude, cut to the format.</summary>
    public static byte[] Draw(int count, NumberFormat format, long amplitude)
    {
        RandomStream random = new(1, $"{count} {format}");
        int reach = (int)Math.Min(amplitude, format.MaxValue());
        short[] values = new short[count];
        for (int i = 0; i < count; i++)
            values[i] = (short)(random.NextInt32((2 * reach) + 1) - reach);
        return format == NumberFormat.Int16 ? MemoryMarshal.AsBytes(values.AsSpan()).ToArray() : [.. values.Select(v => (byte)v)];
    }
}
