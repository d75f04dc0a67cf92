using System.Runtime.Intrinsics;

namespace NpuSim.Accelerators.Kernels;

/// <summary>to[i] = from[i] + offset in 16 bits, for 8- and 16-bit operands; the sum must fit.</summary>
internal static unsafe class Widening
{
    public static void Run(byte* from, bool wide, long at, int offset, short* to, int count)
    {
        int i = 0;
        if (wide)
        {
            short* x = (short*)from + at;
            Vector256<short> add = Vector256.Create((short)offset);
            for (; i <= count - 16; i += 16)
                (Vector256.Load(x + i) + add).Store(to + i);
            for (; i < count; i++)
                to[i] = (short)(x[i] + offset);
        }
        else
        {
            sbyte* x = (sbyte*)from + at;
            Vector256<short> add = Vector256.Create((short)offset);
            for (; i <= count - 16; i += 16)
            {
                (Vector128<short> low, Vector128<short> high) = Vector128.Widen(Vector128.Load(x + i));
                (Vector256.Create(low, high) + add).Store(to + i);
            }

            for (; i < count; i++)
                to[i] = (short)(x[i] + offset);
        }
    }
}
