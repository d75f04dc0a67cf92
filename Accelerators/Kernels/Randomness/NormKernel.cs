using NpuSim.Accelerators.Kernels.Elements;
using NpuSim.Accelerators.Numerics;

namespace NpuSim.Accelerators.Kernels.Randomness;

/// <summary>
/// ‖w‖ / ‖g‖ of a tensor in steps of their scales: √(Σ w² / Σ g²), both sums exact in 64 bits, the root rounded down to 31
/// bits.
/// </summary>
internal static unsafe class NormKernel
{
    /// <summary>The ratio; 0 where a norm is 0.</summary>
    /// <param name="w">[n], at most 16 bits.</param>
    /// <param name="sources">[m] the directions.</param>
    /// <param name="signs">[m] −1, 0 or +1.</param>
    /// <param name="policy">Arithmetic of the mean.</param>
    public static FixedScale Run(Operand w, PerturbationSource[] sources, ReadOnlySpan<int> signs, NumericPolicy policy)
    {
        if (sources.Length != signs.Length)
            throw new ArgumentException($"{sources.Length} directions with {signs.Length} signs.", nameof(signs));
        fixed (byte* pw = w.Bytes)
        fixed (int* ps = signs)
        {
            NormCall call = new() { W = pw, Format = w.Format, Count = w.Count(), Estimate = new EstimateCall(sources, ps) };
            (long weights, long estimate) = ScalingSwitch.Close<NormCall, (long, long)>(policy, call);
            return FixedScale.RootOfRatio(weights, estimate);
        }
    }
}

/// <summary>Operands of one pair of norms.</summary>
internal unsafe struct NormCall : IScalingUser<(long Weights, long Estimate)>
{
    public byte* W;
    public NumberFormat Format;
    public long Count;
    public EstimateCall Estimate;

    public readonly (long Weights, long Estimate) Run<TScaling>() where TScaling : struct,
        IScaling => NormJob<TScaling>.Mine.Run(this);
}

/// <summary>Sums squares in chunks.</summary>
internal sealed unsafe class NormJob<TScaling> : ElementJob where TScaling : struct, IScaling
{
    [ThreadStatic]
    private static NormJob<TScaling>? mine;

    private NormCall call;
    private long weights;

    public static NormJob<TScaling> Mine => mine ??= new NormJob<TScaling>();

    public (long Weights, long Estimate) Run(in NormCall operands)
    {
        (call, weights) = (operands, 0);
        long estimate = Execute(call.Count);
        return (weights, estimate);
    }

    protected override long Do(long first, int length)
    {
        int* g = stackalloc int[Chunk];
        call.Estimate.Run<TScaling>(first, g, length);
        long ofWeights = 0, ofEstimate = 0;
        for (int i = 0; i < length; i++)
        {
            long w = IntegerAccess.Read(call.W, call.Format, first + i);
            ofWeights += w * w;
            ofEstimate += (long)g[i] * g[i];
        }

        Interlocked.Add(ref weights, ofWeights);
        return ofEstimate;
    }
}
