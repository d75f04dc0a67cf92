using System.Runtime.CompilerServices;
using NpuSim.Accelerators.Lanes;

namespace NpuSim.Accelerators.Numerics;

/// <summary>
/// How an accumulator becomes an output, before narrowing: accumulator · multiplier · 2^(shift − 31) + zero point, rounded.
/// The variants of <see cref="Requantization"/> as types.
/// </summary>
internal interface IScaling
{
    /// <summary>True when <c>random</c> matters.</summary>
    static virtual bool UsesRandom => false;

    /// <summary>Scales an accumulator of at most 32 bits.</summary>
    static abstract long Apply(int accumulator, FixedScale scale, int zeroPoint, uint random);

    /// <summary>Scales an accumulator of more than 32 bits.</summary>
    static abstract long ApplyWide(long accumulator, FixedScale scale, int zeroPoint, uint random);

    /// <summary>True when the accumulator is multiplied in binary32.</summary>
    static virtual bool IsFloat32 => false;

    /// <summary>True when the zero point joins before rounding.</summary>
    static virtual bool AddsZeroPointFirst => false;

    /// <summary>True when <see cref="Shift"/> exists.</summary>
    static virtual bool HasVector => false;

    /// <summary>Least 31 − s that <see cref="Shift"/> takes.</summary>
    static virtual int LeastShift => 31;

    /// <summary>From products accumulator · multiplier to the scaled value without zero point, on lanes.</summary>
    /// <param name="products">62 bits.</param>
    /// <param name="shift">31 − s, at least <see cref="LeastShift"/>.</param>
    /// <param name="half">What <see cref="Half"/> gives for the shift.</param>
    static virtual T Shift<T>(T products, T shift, T half) where T : struct, ILongs<T> =>
        throw new NotSupportedException();

    /// <summary>Half a unit of the last rounding shift; 0 where it shifts by 0.</summary>
    static virtual T Half<T>(T shift) where T : struct, ILongs<T> => throw new NotSupportedException();

    /// <summary>Least 31 − s that <see cref="ShiftWide"/> takes.</summary>
    static virtual int LeastWideShift => 31;

    /// <summary>What <see cref="Shift"/> does to products of more than 64 bits, high · 2³² + low.</summary>
    /// <param name="high">High half of an accumulator of at most 62 bits · multiplier.</param>
    /// <param name="low">Low half, unsigned · multiplier: 63 bits.</param>
    /// <param name="shift">31 − s, <see cref="LeastWideShift"/> to 93.</param>
    /// <param name="half">What <see cref="WideHalf"/> gives for the shift.</param>
    static virtual T ShiftWide<T>(T high, T low, T shift, T half) where T : struct, ILongs<T> =>
        throw new NotSupportedException();

    /// <summary>Half a unit of the last rounding shift of <see cref="ShiftWide"/>.</summary>
    static virtual T WideHalf<T>(T shift) where T : struct, ILongs<T> => throw new NotSupportedException();
}

/// <summary>Whether the zero point joins before or after rounding.</summary>
internal interface IZeroPointOrder
{
    /// <summary>True: before (ONNX reference); false: after (TFLite).</summary>
    static abstract bool BeforeRounding { get; }
}

/// <summary>round(x·s) + zero point.</summary>
internal readonly struct ZeroPointAfter : IZeroPointOrder
{
    /// <inheritdoc/>
    public static bool BeforeRounding => false;
}

/// <summary>round(x·s + zero point).</summary>
internal readonly struct ZeroPointBefore : IZeroPointOrder
{
    /// <inheritdoc/>
    public static bool BeforeRounding => true;
}

/// <summary>One rounding shift of the whole product: round(x·m, 31 − s).</summary>
internal readonly struct SingleScaling<TRounding, TZeroPoint> : IScaling
    where TRounding : struct, IRounding
    where TZeroPoint : struct, IZeroPointOrder
{
    /// <inheritdoc/>
    public static bool UsesRandom => TRounding.UsesRandom;

    /// <inheritdoc/>
    public static bool HasVector => !TRounding.UsesRandom && !TZeroPoint.BeforeRounding;

    /// <inheritdoc/>
    public static int LeastShift => 1;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Shift<T>(T products, T shift, T half) where T : struct, ILongs<T> =>
        TRounding.ShiftRight(products, shift, half);

    /// <inheritdoc/>
    public static T Half<T>(T shift) where T : struct, ILongs<T> =>
        T.ShiftLeft(T.Create(1), shift - T.Create(1));

    /// <inheritdoc/>
    public static int LeastWideShift => 34;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T ShiftWide<T>(T high, T low, T shift, T half) where T : struct, ILongs<T>
    {
        // 32 bits are dropped first. If any was set the last one kept becomes 1: that leaves the value on its side of every tie
        // and of every whole unit, because both are even numbers when at least two more bits are dropped.
        T dropped = low & T.Create(uint.MaxValue), kept = high + (low >>> 32);
        return TRounding.ShiftRight(kept | T.Min(dropped, T.Create(1)), shift - T.Create(32), half);
    }

    /// <inheritdoc/>
    public static T WideHalf<T>(T shift) where T : struct, ILongs<T> => Half(shift - T.Create(32));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static long Apply(int accumulator, FixedScale scale, int zeroPoint, uint random)
    {
        if (TZeroPoint.BeforeRounding)
            return ApplyWide(accumulator, scale, zeroPoint, random);
        long product = (long)accumulator * scale.Multiplier; // 62 bits
        return TRounding.ShiftRight(product, 31 - scale.Shift, random) + zeroPoint;
    }

    /// <inheritdoc/>
    public static long ApplyWide(long accumulator, FixedScale scale, int zeroPoint, uint random)
    {
        if (!TZeroPoint.BeforeRounding && accumulator == (int)accumulator)
            return Apply((int)accumulator, scale, zeroPoint, random); // the same value without 128-bit arithmetic
        int shift = 31 - scale.Shift;
        Int128 product = (Int128)accumulator * scale.Multiplier; // 95 bits
        return TZeroPoint.BeforeRounding
            ? Fixed.ClampToInt64(TRounding.ShiftRight(product + ((Int128)zeroPoint << shift), shift, random))
            : Fixed.ClampToInt64(TRounding.ShiftRight(product, shift, random) + zeroPoint);
    }
}

/// <summary>RHAZ(RHU(x·2^max(s,0)·m, 31), max(−s,0)): gemmlowp. Up to 32 bits the left shift wraps; above, it does not.</summary>
internal readonly struct DoubleScaling<TZeroPoint> : IScaling
    where TZeroPoint : struct, IZeroPointOrder
{
    /// <inheritdoc/>
    public static bool HasVector => !TZeroPoint.BeforeRounding;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Shift<T>(T products, T shift, T half) where T : struct, ILongs<T> =>
        Away((products + T.Create(1L << 30)) >> 31, shift, half);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T ShiftWide<T>(T high, T low, T shift, T half) where T : struct, ILongs<T> =>
        Away(high + high + ((low + T.Create(1L << 30)) >>> 31), shift, half);

    /// <inheritdoc/>
    public static T WideHalf<T>(T shift) where T : struct, ILongs<T> => Half(shift);

    // Half a unit, and one less for negative values; nothing where the shift is 0.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static T Away<T>(T high, T shift, T half) where T : struct, ILongs<T> =>
        T.ShiftRight(high + half + ((high >> 63) & T.WhereNotZero(half)), shift - T.Create(31));

    /// <inheritdoc/>
    public static T Half<T>(T shift) where T : struct, ILongs<T> =>
        T.ShiftLeft(T.Create(1), shift - T.Create(31)) >>> 1;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static long Apply(int accumulator, FixedScale scale, int zeroPoint, uint random)
    {
        int left = Math.Max(scale.Shift, 0), right = Math.Max(-scale.Shift, 0);
        int high = Fixed.DoublingHighMultiply(accumulator << left, scale.Multiplier);
        return TZeroPoint.BeforeRounding
            ? RoundHalfAway.ShiftRight(high + ((long)zeroPoint << right), right, 0)
            : RoundHalfAway.ShiftRight((long)high, right, 0) + zeroPoint;
    }

    /// <inheritdoc/>
    public static long ApplyWide(long accumulator, FixedScale scale, int zeroPoint, uint random)
    {
        int left = Math.Max(scale.Shift, 0), right = Math.Max(-scale.Shift, 0);
        Int128 high = RoundHalfUp.ShiftRight(((Int128)accumulator << left) * scale.Multiplier, 31, 0);
        return TZeroPoint.BeforeRounding
            ? Fixed.ClampToInt64(RoundHalfAway.ShiftRight(high + ((Int128)zeroPoint << right), right, 0))
            : Fixed.ClampToInt64(RoundHalfAway.ShiftRight(high, right, 0) + zeroPoint);
    }
}

/// <summary>RHU(x·m₁₆, 15 − s) with the multiplier cut to 16 bits, m₁₆ = m &lt; 0x7FFF0000 ? (m + 2¹⁵) ≫ 16 : 0x7FFF: TFLite
/// 16×8 with int64 bias.</summary>
internal readonly struct Reduced16Scaling<TZeroPoint> : IScaling
    where TZeroPoint : struct, IZeroPointOrder
{
    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static long Apply(int accumulator, FixedScale scale, int zeroPoint, uint random) =>
        ApplyWide(accumulator, scale, zeroPoint, random);

    /// <inheritdoc/>
    public static long ApplyWide(long accumulator, FixedScale scale, int zeroPoint, uint random)
    {
        int multiplier = scale.Multiplier < 0x7FFF0000 ? (scale.Multiplier + (1 << 15)) >> 16 : 0x7FFF;
        Int128 product = (Int128)accumulator * multiplier;
        int shift = 15 - scale.Shift;
        if (shift < 0)
            return Fixed.ClampToInt64((product << -shift) + zeroPoint);
        // Half-up does not see whole units, so the zero point's place is the same before and after.
        return Fixed.ClampToInt64(RoundHalfUp.ShiftRight(product, shift, 0) + zeroPoint);
    }
}

/// <summary>RNE(float(x) · float(scale)) in binary32: XNNPACK, Gemmini.</summary>
internal readonly struct Float32Scaling<TZeroPoint> : IScaling
    where TZeroPoint : struct, IZeroPointOrder
{
    private const float Limit = 1L << 62;

    /// <inheritdoc/>
    public static bool IsFloat32 => true;

    /// <inheritdoc/>
    public static bool AddsZeroPointFirst => TZeroPoint.BeforeRounding;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static long Apply(int accumulator, FixedScale scale, int zeroPoint, uint random) =>
        Round((float)accumulator, scale, zeroPoint);

    /// <inheritdoc/>
    public static long ApplyWide(long accumulator, FixedScale scale, int zeroPoint, uint random) =>
        Round((float)accumulator, scale, zeroPoint);

    private static long Round(float accumulator, FixedScale scale, int zeroPoint)
    {
        float scaled = accumulator * (float)scale.ToDouble();
        if (TZeroPoint.BeforeRounding)
            scaled += zeroPoint;
        long rounded = (long)MathF.Round(Math.Clamp(scaled, -Limit, Limit), MidpointRounding.ToEven);
        return TZeroPoint.BeforeRounding ? rounded : rounded + zeroPoint;
    }
}
