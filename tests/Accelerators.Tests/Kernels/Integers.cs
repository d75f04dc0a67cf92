using System.Runtime.InteropServices;
using NpuSim.Accelerators.Numerics;

namespace NpuSim.Accelerators.Tests.Kernels;

/// <summary>Plain integers to operands and back.</summary>
internal static class Integers
{
    public static Operand Operand(ReadOnlySpan<int> values, NumberFormat format) => new(Bytes(values, format), format);

    public static byte[] Bytes(ReadOnlySpan<int> values, NumberFormat format)
    {
        switch (format)
        {
            case NumberFormat.Int4 or NumberFormat.Int8:
                byte[] bytes = new byte[values.Length];
                for (int i = 0; i < bytes.Length; i++)
                    bytes[i] = (byte)values[i];
                return bytes;
            case NumberFormat.Int16:
                short[] shorts = new short[values.Length];
                for (int i = 0; i < shorts.Length; i++)
                    shorts[i] = (short)values[i];
                return MemoryMarshal.AsBytes(shorts.AsSpan()).ToArray();
            default:
                return MemoryMarshal.AsBytes(values).ToArray();
        }
    }

    public static long[] Read(byte[] bytes, NumberFormat format) => format switch
    {
        NumberFormat.Int4 or NumberFormat.Int8 => [.. bytes.Select(b => (long)(sbyte)b)],
        NumberFormat.Int16 => [.. MemoryMarshal.Cast<byte, short>(bytes).ToArray().Select(v => (long)v)],
        _ => [.. MemoryMarshal.Cast<byte, int>(bytes).ToArray().Select(v => (long)v)],
    };
}
