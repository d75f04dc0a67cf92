using System.Numerics;
using System.Runtime.CompilerServices;
using NpuSim.Accelerators.Lanes;

namespace NpuSim.Accelerators.Numerics;

/// <summary>What a right shift does with the bits it drops, as a type: a kernel generic over it has no branch for it.</summary>
internal interface IRounding
{
    /// <summary>True when <c>random</c> matters.</summary>
    static virtual bool UsesRandom => false;

    /// <summary>value / 2^shift, rounded.</summary>
    /// <param name="value">At least one bit of headroom: adding half a unit must not overflow.</param>
    /// <param name="shift">0 returns the value.</param>
    /// <param name="random">32 uniform bits; only stochastic rounding looks at them.</param>
    static abstract T ShiftRight<T>(T value, int shift, uint random) where T : struct, IBinaryInteger<T>, ISignedNumber<T>;

    /// <summary>The same on lanes, each with its shift of at least 1; stochastic rounding has none.</summary>
    /// <param name="value">At most 62 bits.</param>
    /// <param name="shift">1..62.</param>
    /// <param name="half">Half a unit: 2^(shift − 1).</param>
    static abstract T ShiftRight<T>(T value, T shift, T half) where T : struct, ILongs<T>;
}

/// <summary>Toward −∞.</summary>
internal readonly struct RoundFloor : IRounding
{
    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T ShiftRight<T>(T value, int shift, uint random) where T : struct, IBinaryInteger<T>, ISignedNumber<T> =>
        value >> shift;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T ShiftRight<T>(T value, T shift, T half) where T : struct, ILongs<T> =>
        T.ShiftRight(value, shift);
}

/// <summary>Toward zero.</summary>
internal readonly struct RoundTruncate : IRounding
{
    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T ShiftRight<T>(T value, int shift, uint random) where T : struct, IBinaryInteger<T>, ISignedNumber<T> =>
        (T.IsNegative(value) ? value + ((T.One << shift) - T.One) : value) >> shift;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T ShiftRight<T>(T value, T shift, T half) where T : struct, ILongs<T> =>
        T.ShiftRight(value + ((half + half - T.Create(1)) & (value >> 63)), shift);
}

/// <summary>Nearest; ties go toward +∞ (2.5 → 3, −2.5 → −2).</summary>
internal readonly struct RoundHalfUp : IRounding
{
    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T ShiftRight<T>(T value, int shift, uint random) where T : struct, IBinaryInteger<T>, ISignedNumber<T> =>
        shift == 0 ? value : (value + (T.One << (shift - 1))) >> shift;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T ShiftRight<T>(T value, T shift, T half) where T : struct, ILongs<T> =>
        T.ShiftRight(value + half, shift);
}

/// <summary>Nearest; ties go away from zero (2.5 → 3, −2.5 → −3).</summary>
internal readonly struct RoundHalfAway : IRounding
{
    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T ShiftRight<T>(T value, int shift, uint random) where T : struct, IBinaryInteger<T>, ISignedNumber<T> =>
        shift == 0 ? value : (value + (T.One << (shift - 1)) - (T.IsNegative(value) ? T.One : T.Zero)) >> shift;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T ShiftRight<T>(T value, T shift, T half) where T : struct, ILongs<T> =>
        T.ShiftRight(value + half + (value >> 63), shift);
}

/// <summary>Nearest; ties go to the even neighbour (2.5 → 2, 3.5 → 4).</summary>
internal readonly struct RoundHalfEven : IRounding
{
    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T ShiftRight<T>(T value, int shift, uint random) where T : struct, IBinaryInteger<T>, ISignedNumber<T> =>
        // Half a unit less one smallest bit, plus one when the floor is odd: only a tie can see the difference.
        shift == 0 ? value : (value + ((T.One << (shift - 1)) - T.One) + ((value >> shift) & T.One)) >> shift;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T ShiftRight<T>(T value, T shift, T half) where T : struct, ILongs<T> =>
        T.ShiftRight(value + half - T.Create(1) + (T.ShiftRight(value, shift) & T.Create(1)), shift);
}

/// <summary>Up with a probability equal to the dropped fraction (to 32 bits).</summary>
internal readonly struct RoundStochastic : IRounding
{
    /// <inheritdoc/>
    public static bool UsesRandom => true;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T ShiftRight<T>(T value, int shift, uint random) where T : struct, IBinaryInteger<T>, ISignedNumber<T>
    {
        if (shift == 0)
            return value;
        T noise = shift <= 32 ? T.CreateTruncating(random >> (32 - shift)) : T.CreateTruncating(random) << (shift - 32);
        return (value + noise) >> shift;
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T ShiftRight<T>(T value, T shift, T half) where T : struct, ILongs<T> =>
        throw new NotSupportedException();
}
