using System.Numerics;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using NpuSim.Accelerators.Numerics;

namespace NpuSim.Accelerators.Kernels;

/// <summary>Operands of one weight update.</summary>
internal unsafe struct UpdateCall : IScalingUser<(long Changed, long RoundedAway)>
{
    public byte* W;
    public NumberFormat Format;
    public long Count;
    public int* Signs;
    public int Directions;
    public FixedScale Scale;
    public RandomAddress Address;
    public PerturbationDistribution Distribution;
    public bool LinearFeedback;
    public Narrowing Narrowing;

    public readonly (long Changed, long RoundedAway) Run<TScaling>() where TScaling : struct, IScaling =>
        UpdateJob<TScaling>.Mine.Run(this);
}

/// <summary>Updates weights in chunks.</summary>
internal sealed unsafe class UpdateJob<TScaling> : ElementJob where TScaling : struct, IScaling
{
    [ThreadStatic]
    private static UpdateJob<TScaling>? mine;

    private UpdateCall call;
    private FixedScale mean;
    private long lost;

    public static UpdateJob<TScaling> Mine => mine ??= new UpdateJob<TScaling>();

    public (long Changed, long RoundedAway) Run(in UpdateCall operands)
    {
        (call, mean, lost) = (operands, FixedScale.FromDouble(1.0 / operands.Directions), 0);
        return (Execute(call.Count), lost);
    }

    protected override long Do(long first, int length)
    {
        sbyte* z = stackalloc sbyte[Chunk];
        int* sums = stackalloc int[Chunk];
        new Span<int>(sums, length).Clear();
        for (int d = 0; d < call.Directions; d++)
        {
            if (call.Signs[d] == 0)
                continue;
            Perturbation.Draw(
                call.Address with { Direction = (uint)d }, first, new Span<sbyte>(z, length), call.Distribution,
                    call.LinearFeedback);
            Accumulate(z, call.Signs[d], sums, length);
        }

        (long changed, long away) = CanUseVectors() ? Vectors(sums, first, length) : Scalar(sums, first, 0, length);
        Interlocked.Add(ref lost, away);
        return changed;
    }

    private static void Accumulate(sbyte* z, int sign, int* sums, int length)
    {
        int i = 0;
        if (Avx512F.IsSupported)
        {
            for (; i <= length - 16; i += 16)
                (Vector512.Load(sums + i) + (Avx512F.ConvertToVector512Int32(Vector128.Load(z + i)) * sign)).Store(sums + i);
        }

        for (; i < length; i++)
            sums[i] += sign * z[i];
    }

    // |g| ≤ 128, so a factor below 2²² keeps the step inside 32 bits.
    private bool CanUseVectors() =>
        TScaling.HasVector && Avx512F.IsSupported && call.Narrowing == Narrowing.Saturate
        && call.Format is NumberFormat.Int8 or NumberFormat.Int16 && call.Scale.Shift <= Math.Min(22, 31 - TScaling.LeastShift);

    private (long Changed, long RoundedAway) Vectors(int* sums, long first, int length)
    {
        VectorScale<TScaling> average = call.Directions > 1 ? new(mean) : default, scale = new(call.Scale);
        Vector512<int> least = Vector512.Create((int)call.Format.MinValue()),
            greatest = Vector512.Create((int)call.Format.MaxValue());
        bool isByte = call.Format == NumberFormat.Int8;
        long changed = 0, away = 0;
        int i = 0;
        for (; i <= length - 16; i += 16)
        {
            Vector512<int> g = Vector512.Load(sums + i);
            if (call.Directions > 1)
            {
                g = average.Apply(g);
                g = Vector512.Max(Vector512.Create(-128), Vector512.Min(Vector512.Create(127), g));
            }

            Vector512<int> delta = scale.Apply(g);
            Vector512<int> old = isByte
                ? Avx512F.ConvertToVector512Int32(Vector128.Load((sbyte*)call.W + first + i))
                : Avx512F.ConvertToVector512Int32(Vector256.Load((short*)call.W + first + i));
            Vector512<int> updated = Vector512.Max(least, Vector512.Min(greatest, old - delta));
            ulong moved = ~Vector512.Equals(updated, old).ExtractMostSignificantBits() & 0xFFFF;
            ulong none = (Vector512.Equals(delta, default) & ~Vector512.Equals(g, default)).ExtractMostSignificantBits();
            changed += BitOperations.PopCount(moved);
            away += BitOperations.PopCount(none);
            if (isByte)
                Avx512F.ConvertToVector128SByte(updated).Store((sbyte*)call.W + first + i);
            else
                Avx512F.ConvertToVector256Int16(updated).Store((short*)call.W + first + i);
        }

        (long tail, long tailAway) = Scalar(sums, first, i, length);
        return (changed + tail, away + tailAway);
    }

    private (long Changed, long RoundedAway) Scalar(int* sums, long first, int begin, int length)
    {
        long changed = 0, away = 0;
        for (int i = begin; i < length; i++)
        {
            uint noise = TScaling.UsesRandom ? call.Address.Noise(first + i) : 0;
            uint meanNoise = TScaling.UsesRandom ? call.Address.Noise(first + i, 1) : 0;
            long g = call.Directions == 1 ? sums[i] : Math.Clamp(TScaling.Apply(sums[i], mean, 0, meanNoise), -128, 127);
            long delta = TScaling.Apply((int)g, call.Scale, 0, noise);
            away += g != 0 && delta == 0 ? 1 : 0;
            long old = IntegerAccess.Read(call.W, call.Format, first + i);
            long updated = IntegerAccess.Narrow(old - delta, call.Format, call.Narrowing);
            changed += updated == old ? 0 : 1;
            IntegerAccess.Write(call.W, call.Format, first + i, updated);
        }

        return (changed, away);
    }
}
