using System.Runtime.Intrinsics;
using NpuSim.Accelerators.Numerics;

namespace NpuSim.Accelerators.Kernels.Elements;

/// <summary>y = max(x, zero point) in chunks.</summary>
internal sealed unsafe class ReluJob : ElementJob
{
    [ThreadStatic]
    private static ReluJob? mine;

    private byte* x, y;
    private NumberFormat format;
    private int zero;

    public static ReluJob Mine => mine ??= new ReluJob();

    public void Run(byte* from, byte* to, NumberFormat elements, long count, int zeroPoint)
    {
        x = from;
        y = to;
        (format, zero) = (elements, zeroPoint);
        _ = Execute(count);
    }

    protected override long Do(long first, int length)
    {
        int i = 0;
        if (format is NumberFormat.Int4 or NumberFormat.Int8)
        {
            for (; i <= length - 32; i += 32)
                Vector256.Max(Vector256.Load((sbyte*)x + first + i), Vector256.Create((sbyte)zero)).Store((sbyte*)y + first + i);
        }
        else if (format == NumberFormat.Int16)
        {
            for (; i <= length - 16; i += 16)
                Vector256.Max(Vector256.Load((short*)x + first + i), Vector256.Create((short)zero)).Store((short*)y + first + i);
        }

        for (; i < length; i++)
            IntegerAccess.Write(y, format, first + i, Math.Max(IntegerAccess.Read(x, format, first + i), zero));
        return 0;
    }
}
