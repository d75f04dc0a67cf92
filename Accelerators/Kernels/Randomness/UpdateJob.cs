using System.Numerics;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using NpuSim.Accelerators.Kernels.Elements;
using NpuSim.Accelerators.Lanes;
using NpuSim.Accelerators.Numerics;

namespace NpuSim.Accelerators.Kernels.Randomness;

/// <summary>Operands of one weight update.</summary>
internal unsafe struct UpdateCall : IScalingUser<(long Changed, long RoundedAway)>
{
    public byte* W;
    public NumberFormat Format;
    public long Count;
    public EstimateCall Estimate;
    public FixedScale Scale;
    public Narrowing Narrowing;
    public short* Velocity; // null: none
    public int Momentum;
    public byte* Residual;
    public int ResidualBits; // 0: none

    public readonly (long Changed, long RoundedAway) Run<TScaling>() where TScaling : struct, IScaling =>
        UpdateJob<TScaling>.Mine.Run(this);
}

/// <summary>Updates weights in chunks.</summary>
internal sealed unsafe class UpdateJob<TScaling> : ElementJob where TScaling : struct, IScaling
{
    [ThreadStatic]
    private static UpdateJob<TScaling>? mine;

    private UpdateCall call;
    private long lost;

    public static UpdateJob<TScaling> Mine => mine ??= new UpdateJob<TScaling>();

    public (long Changed, long RoundedAway) Run(in UpdateCall operands)
    {
        (call, lost) = (operands, 0);
        return (Execute(call.Count), lost);
    }

    protected override long Do(long first, int length)
    {
        int* g = stackalloc int[Chunk];
        call.Estimate.Run<TScaling>(first, g, length);
        if (call.Velocity != null)
            Smooth(g, first, length);
        (long changed, long away) = CanUseVectors() ? Vectors(g, first, length) : Scalar(g, first, 0, length);
        Interlocked.Add(ref lost, away);
        return changed;
    }

    // v ← RHU(μ·v + (1 − μ)·g, 15) with eight fractional bits: between v and g, so that nothing overflows.
    private void Smooth(int* g, long first, int length)
    {
        const int Half = 1 << (UpdateKernel.MomentumBits - 1);
        int keep = call.Momentum, take = (1 << UpdateKernel.MomentumBits) - keep;
        short* v = call.Velocity + first;
        int i = 0;
        if (Avx512F.IsSupported)
        {
            for (; i <= length - 16; i += 16)
            {
                Vector512<int> old = Avx512F.ConvertToVector512Int32(Vector256.Load(v + i)) * keep;
                Vector512<int> fresh = Vector512.ShiftLeft(Vector512.Load(g + i), UpdateKernel.VelocityFraction) * take;
                Vector512<int> next = Vector512.ShiftRightArithmetic(old + fresh + Vector512.Create(Half),
                    UpdateKernel.MomentumBits);
                next.Store(g + i);
                Avx512F.ConvertToVector256Int16(next).Store(v + i);
            }
        }

        for (; i < length; i++)
            g[i] = v[i] = (short)(((v[i] * keep) + ((g[i] << UpdateKernel.VelocityFraction) * take)
                + Half) >> UpdateKernel.MomentumBits);
    }

    // |v| ≤ 2¹⁵; a step of at most 29 bits leaves room for its weight.
    private bool CanUseVectors() =>
        TScaling.HasVector && Avx512F.IsSupported && call.ResidualBits == 0 && call.Narrowing == Narrowing.Saturate
        && call.Format is NumberFormat.Int8 or NumberFormat.Int16
        && call.Scale.Shift <= Math.Min(29 - (call.Velocity == null ? call.Estimate.Bits : 15), 31 - TScaling.LeastShift);

    private (long Changed, long RoundedAway) Vectors(int* steps, long first, int length)
    {
        VectorScale<TScaling, Ints512, Longs512> scale = new(call.Scale);
        Vector512<int> least = Vector512.Create((int)call.Format.MinValue()),
            greatest = Vector512.Create((int)call.Format.MaxValue());
        bool isByte = call.Format == NumberFormat.Int8;
        long changed = 0, away = 0;
        int i = 0;
        for (; i <= length - 16; i += 16)
        {
            Vector512<int> step = Vector512.Load(steps + i);
            Vector512<int> delta = scale.Apply(step);
            Vector512<int> old = isByte
                ? Avx512F.ConvertToVector512Int32(Vector128.Load((sbyte*)call.W + first + i))
                : Avx512F.ConvertToVector512Int32(Vector256.Load((short*)call.W + first + i));
            Vector512<int> updated = Vector512.Max(least, Vector512.Min(greatest, old - delta));
            ulong moved = ~Vector512.Equals(updated, old).ExtractMostSignificantBits() & 0xFFFF;
            ulong none = (Vector512.Equals(delta, default) & ~Vector512.Equals(step, default)).ExtractMostSignificantBits();
            changed += BitOperations.PopCount(moved);
            away += BitOperations.PopCount(none);
            if (isByte)
                Avx512F.ConvertToVector128SByte(updated).Store((sbyte*)call.W + first + i);
            else
                Avx512F.ConvertToVector256Int16(updated).Store((short*)call.W + first + i);
        }

        (long tail, long tailAway) = Scalar(steps, first, i, length);
        return (changed + tail, away + tailAway);
    }

    private (long Changed, long RoundedAway) Scalar(int* steps, long first, int begin, int length)
    {
        long changed = 0, away = 0;
        for (int i = begin; i < length; i++)
        {
            uint noise = TScaling.UsesRandom ? call.Estimate.Noise(first + i, 0) : 0;
            long delta = TScaling.Apply(steps[i], call.Scale, 0, noise);
            away += steps[i] != 0 && delta == 0 ? 1 : 0;
            if (call.ResidualBits > 0)
            {
                changed += ResidualBits.Take(call.W, call.Format, first + i, delta, call.Residual, first + i, call.ResidualBits,
                    call.Narrowing) ? 1 : 0;
                continue;
            }

            long old = IntegerAccess.Read(call.W, call.Format, first + i);
            long updated = IntegerAccess.Narrow(old - delta, call.Format, call.Narrowing);
            changed += updated == old ? 0 : 1;
            IntegerAccess.Write(call.W, call.Format, first + i, updated);
        }

        return (changed, away);
    }
}
