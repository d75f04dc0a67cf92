using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using NpuSim.Accelerators.Kernels.Elements;
using NpuSim.Accelerators.Numerics;

namespace NpuSim.Accelerators.Kernels;

/// <summary>Copies integers into wider ones.</summary>
internal static unsafe class Widening
{
    /// <summary>to[i] = from[at + i] + offset in 16 bits, for 8- and 16-bit operands; the sum must fit.</summary>
    public static void ToInt16(byte* from, bool wide, long at, int offset, short* to, int count)
    {
        int i = 0;
        if (wide)
        {
            short* x = (short*)from + at;
            if (offset == 0)
            {
                new ReadOnlySpan<short>(x, count).CopyTo(new Span<short>(to, count));
                return;
            }

            for (; i < count; i++)
                to[i] = (short)(x[i] + offset);
            return;
        }

        sbyte* b = (sbyte*)from + at;
        if (Avx512BW.IsSupported)
        {
            Vector512<short> add = Vector512.Create((short)offset);
            for (; i <= count - 32; i += 32)
                (Avx512BW.ConvertToVector512Int16(Vector256.Load(b + i)) + add).Store(to + i);
        }

        for (; i <= count - 8; i += 8)
            (Vector128.WidenLower(Vector64.Load(b + i).ToVector128()) + Vector128.Create((short)offset)).Store(to + i);
        for (; i < count; i++)
            to[i] = (short)(b[i] + offset);
    }

    /// <summary>to[i] = from[at + i] + offset in 32 bits, for any format up to 32 bits; the sum must fit.</summary>
    public static void ToInt32(byte* from, NumberFormat format, long at, int offset, int* to, int count)
    {
        int i = 0;
        switch (format)
        {
            case NumberFormat.Int4 or NumberFormat.Int8:
                sbyte* b = (sbyte*)from + at;
                if (Avx512F.IsSupported)
                {
                    for (; i <= count - 16; i += 16)
                        (Avx512F.ConvertToVector512Int32(Vector128.Load(b + i)) + Vector512.Create(offset)).Store(to + i);
                }

                for (; i < count; i++)
                    to[i] = b[i] + offset;
                break;
            case NumberFormat.Int16:
                short* s = (short*)from + at;
                if (Avx512F.IsSupported)
                {
                    for (; i <= count - 16; i += 16)
                        (Avx512F.ConvertToVector512Int32(Vector256.Load(s + i)) + Vector512.Create(offset)).Store(to + i);
                }

                for (; i < count; i++)
                    to[i] = s[i] + offset;
                break;
            default:
                int* w = (int*)from + at;
                for (; i <= count - 16; i += 16)
                    (Vector512.Load(w + i) + Vector512.Create(offset)).Store(to + i);
                for (; i < count; i++)
                    to[i] = w[i] + offset;
                break;
        }
    }

    /// <summary>to[i] = from[the element that meets first + i] + offset in 32 bits.</summary>
    public static void ToInt32Repeated(
        byte* from, NumberFormat format, Repetition repetition, long first, int offset, int* to, int count)
    {
        for (int done = 0; done < count;)
        {
            long position = first + done;
            int at = repetition.IndexOf(position);
            int length = (int)Math.Min(count - done, repetition.Run - (position % repetition.Run));
            if (repetition.StaysInRun)
            {
                ToInt32(from, format, at, offset, to + done, 1);
                new Span<int>(to + done, length).Fill(to[done]);
            }
            else
            {
                ToInt32(from, format, at, offset, to + done, length);
            }

            done += length;
        }
    }

    /// <summary>The same from an operand that repeats every <paramref name="period"/> elements.</summary>
    public static void ToInt32Periodic(byte* from, NumberFormat format, int period, long first, int offset, int* to, int count)
    {
        for (int done = 0; done < count;)
        {
            int at = (int)((first + done) % period), length = Math.Min(count - done, period - at);
            ToInt32(from, format, at, offset, to + done, length);
            done += length;
        }
    }
}
