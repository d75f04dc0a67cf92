using System.Runtime.CompilerServices;
using NpuSim.Accelerators.Lanes;
using NpuSim.Accelerators.Numerics;

namespace NpuSim.Accelerators.Kernels;

/// <summary>
/// Scales a vector of sums at once, without zero point, where every result fits 32 bits: even and odd lanes are multiplied and
/// shifted in 64 bits and meet again in 32.
/// </summary>
internal readonly struct VectorScale<TScaling, TInts, TLongs>
    where TScaling : struct, IScaling
    where TInts : struct, IInts<TInts>
    where TLongs : struct, ILongs<TLongs>, IHalves<TInts, TLongs>
{
    private readonly TInts multiplier, oddMultiplier;
    private readonly TLongs shift, oddShift, half, oddHalf;

    /// <summary>A scale for each lane.</summary>
    /// <param name="multiplier">Q0.31 significands.</param>
    /// <param name="shift">31 − s, not below the scaling's least shift.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public VectorScale(TInts multiplier, TInts shift)
    {
        this.multiplier = multiplier;
        oddMultiplier = TLongs.OddToEven(multiplier);
        this.shift = TLongs.Even(shift);
        oddShift = TLongs.Even(TLongs.OddToEven(shift));
        half = TScaling.Half(this.shift);
        oddHalf = TScaling.Half(oddShift);
    }

    /// <summary>The same scale for all lanes.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public VectorScale(FixedScale scale) : this(TInts.Create(scale.Multiplier), TInts.Create(31 - scale.Shift)) { }

    /// <summary>The scaled sums.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TInts Apply(TInts sums) => TLongs.Merge(
        TScaling.Shift(TLongs.EvenProducts(sums, multiplier), shift, half),
        TScaling.Shift(TLongs.EvenProducts(TLongs.OddToEven(sums), oddMultiplier), oddShift, oddHalf));
}
