using System.Runtime.Intrinsics;
using NpuSim.Accelerators.Numerics;

namespace NpuSim.Accelerators.Kernels.Elements;

/// <summary>A quantised element-wise product in chunks.</summary>
internal sealed unsafe class MulJob : ElementJob
{
    [ThreadStatic]
    private static MulJob? mine;

    private byte* a, b, y;
    private NumberFormat formatA, formatB;
    private int period;
    private Repetition? repetition;
    private OutputStage stage = null!;
    private OutputWriter writer = null!;

    public static MulJob Mine => mine ??= new MulJob();

    public long Run(
        byte* left, NumberFormat leftFormat, byte* right, NumberFormat rightFormat, int rightPeriod, OutputStage constants,
            byte* to,
        long count, OutputWriter output, Repetition? repeated = null)
    {
        repetition = repeated;
        a = left;
        b = right;
        y = to;
        (formatA, formatB, period, stage, writer) = (leftFormat, rightFormat, rightPeriod, constants, output);
        return Execute(count);
    }

    protected override long Do(long first, int length)
    {
        int* left = stackalloc int[Chunk], right = stackalloc int[Chunk];
        Widening.ToInt32(a, formatA, first, stage.InputOffset, left, length);
        if (repetition is null)
            Widening.ToInt32Periodic(b, formatB, period, first, stage.WeightOffset, right, length);
        else
            Widening.ToInt32Repeated(b, formatB, repetition, first, stage.WeightOffset, right, length);
        for (int i = 0; i < length; i += 16) // chunks are whole vectors
            (Vector512.Load(left + i) * Vector512.Load(right + i)).Store(left + i);
        return writer.Scale(left, length, y, first);
    }
}
