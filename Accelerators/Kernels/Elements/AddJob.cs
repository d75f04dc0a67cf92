using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using NpuSim.Accelerators.Kernels.Randomness;
using NpuSim.Accelerators.Lanes;
using NpuSim.Accelerators.Numerics;

namespace NpuSim.Accelerators.Kernels.Elements;

/// <summary>Operands of one quantised addition.</summary>
internal unsafe struct AddCall : IScalingUser<long>
{
    public byte* A, B, Y;
    public NumberFormat FormatA, FormatB;
    public AddStage Stage;
    public OutputWriter Writer;
    public long Count;
    public int Period;
    public Repetition? Repetition;
    public RandomAddress Noise;

    public readonly long Run<TScaling>() where TScaling : struct, IScaling => AddJob<TScaling>.Mine.Run(this);
}

/// <summary>A quantised addition in chunks.</summary>
internal sealed unsafe class AddJob<TScaling> : ElementJob where TScaling : struct, IScaling
{
    [ThreadStatic]
    private static AddJob<TScaling>? mine;

    private AddCall call;

    public static AddJob<TScaling> Mine => mine ??= new AddJob<TScaling>();

    public long Run(in AddCall operands)
    {
        call = operands;
        return Execute(call.Count);
    }

    protected override long Do(long first, int length)
    {
        int* a = stackalloc int[Chunk], b = stackalloc int[Chunk];
        AddStage stage = call.Stage;
        Widening.ToInt32(call.A, call.FormatA, first, stage.OffsetA, a, length);
        if (call.Repetition is null)
            Widening.ToInt32Periodic(call.B, call.FormatB, call.Period, first, stage.OffsetB, b, length);
        else
            Widening.ToInt32Repeated(call.B, call.FormatB, call.Repetition, first, stage.OffsetB, b, length);
        int i = 0;
        if (TScaling.HasVector && Avx512F.IsSupported && stage.A.Shift <= 0 && stage.B.Shift <= 0)
        {
            VectorScale<TScaling, Ints512, Longs512> scaleA = new(stage.A), scaleB = new(stage.B);
            for (; i < length; i += 16)
            {
                Vector512<int> left = Vector512.ShiftLeft(Vector512.Load(a + i), stage.LeftShift);
                Vector512<int> right = Vector512.ShiftLeft(Vector512.Load(b + i), stage.LeftShift);
                (scaleA.Apply(left) + scaleB.Apply(right)).Store(a + i);
            }
        }

        for (; i < length; i++)
        {
            uint noiseA = TScaling.UsesRandom ? call.Noise.Noise(first + i, 1) : 0;
            uint noiseB = TScaling.UsesRandom ? call.Noise.Noise(first + i, 2) : 0;
            a[i] = (int)TScaling.Apply(a[i] << stage.LeftShift, stage.A, 0, noiseA)
                + (int)TScaling.Apply(b[i] << stage.LeftShift, stage.B, 0, noiseB);
        }

        return call.Writer.Scale(a, length, call.Y, first);
    }
}
