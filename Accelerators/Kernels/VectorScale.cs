using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using NpuSim.Accelerators.Numerics;

namespace NpuSim.Accelerators.Kernels;

/// <summary>
/// Scales sixteen sums at once (AVX-512), without zero point, where every result fits 32 bits: even and odd lanes are multiplied
/// and
/// shifted in 64 bits and meet again in 32.
/// </summary>
internal readonly struct VectorScale<TScaling> where TScaling : struct, IScaling
{
    private readonly Vector512<int> multiplier, oddMultiplier;
    private readonly Vector512<ulong> shift, oddShift;
    private readonly Vector512<long> half, oddHalf;

    /// <summary>A scale for each lane.</summary>
    /// <param name="multiplier">Q0.31 significands.</param>
    /// <param name="shift">31 − s, not below the scaling's least shift.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public VectorScale(Vector512<int> multiplier, Vector512<int> shift)
    {
        this.multiplier = multiplier;
        oddMultiplier = Vector512.ShiftRightLogical(multiplier.AsUInt64(), 32).AsInt32();
        this.shift = shift.AsUInt64() & Vector512.Create((ulong)uint.MaxValue);
        oddShift = Vector512.ShiftRightLogical(shift.AsUInt64(), 32);
        half = TScaling.Half(this.shift);
        oddHalf = TScaling.Half(oddShift);
    }

    /// <summary>The same scale for all lanes.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public VectorScale(FixedScale scale) : this(Vector512.Create(scale.Multiplier), Vector512.Create(31 - scale.Shift)) { }

    /// <summary>The scaled sums.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Vector512<int> Apply(Vector512<int> sums)
    {
        Vector512<long> even = TScaling.Shift(Avx512F.Multiply(sums, multiplier), shift, half);
        Vector512<long> odd = TScaling.Shift(
            Avx512F.Multiply(Vector512.ShiftRightLogical(sums.AsUInt64(), 32).AsInt32(), oddMultiplier), oddShift, oddHalf);
        return ((even & Vector512.Create((long)uint.MaxValue)) | Vector512.ShiftLeft(odd, 32)).AsInt32();
    }
}
