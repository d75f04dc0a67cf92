using System.Runtime.CompilerServices;

namespace NpuSim.Accelerators.Numerics;

/// <summary>The primitives of gemmlowp's fixed-point arithmetic (gemmlowp, fixedpoint/fixedpoint.h), by definition in
/// integers.</summary>
public static class Fixed
{
    /// <summary>
    /// SRDHM: RHU(a·b, 31), the high half of the doubled product. INT_MIN · INT_MIN gives INT_MAX. Its ties go toward +∞: the C
    /// code adds 1 − 2³⁰ to a negative product and divides by 2³¹ toward zero, which is the same.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int DoublingHighMultiply(int a, int b)
    {
        long high = (((long)a * b) + (1L << 30)) >> 31;
        return high > int.MaxValue ? int.MaxValue : (int)high;
    }

    /// <summary>SRDHM of 16 bits: RHU(a·b, 15); −32768 · −32768 gives 32767.</summary>
    public static short DoublingHighMultiply(short a, short b)
    {
        int high = ((a * b) + (1 << 14)) >> 15;
        return (short)Math.Min(high, short.MaxValue);
    }

    /// <summary>RoundingDivideByPOT: RHAZ(x, exponent), exponent in 0..31.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int DivideByPowerOfTwo(int x, int exponent) => (int)RoundHalfAway.ShiftRight((long)x, exponent, 0);

    /// <summary>x · 2^exponent clamped to 32 bits; exponent in 0..31.</summary>
    public static int SaturatingShiftLeft(int x, int exponent) =>
        (int)Math.Clamp((long)x << exponent, int.MinValue, int.MaxValue);

    /// <summary>Requantise with double rounding, as TFLite's MultiplyByQuantizedMultiplier does.</summary>
    public static int MultiplyDouble(int x, FixedScale scale) => (int)DoubleScaling<ZeroPointAfter>.Apply(x, scale, 0, 0);

    /// <summary>e^x for x ≤ 0: Q5.26 in, Q0.31 out (gemmlowp exp_on_negative_values).</summary>
    /// <param name="x">Not above 0; one unit is 2⁻²⁶.</param>
    /// <returns>Q0.31; e⁰ is 2³¹ − 1.</returns>
    public static int ExpOnNegative(int x)
    {
        const int Quarter = 1 << 24; // 1/4 in Q5.26
        int reduced = (x & (Quarter - 1)) - Quarter; // [−1/4, 0)
        int result = ExpBelowQuarter(reduced << 5);
        int remainder = reduced - x;
        ReadOnlySpan<int> factors = [1672461947, 1302514674, 790015084, 290630308, 39332535, 720401, 242]; // e^−(1/4 … 16), Q0.31
        for (int i = 0; i < factors.Length; i++)
        {
            if ((remainder & (Quarter << i)) != 0)
                result = DoublingHighMultiply(result, factors[i]);
        }

        return x == 0 ? int.MaxValue : result;
    }

    /// <summary>1 / (1 + x) for x in [0, 1): Q0.31 in and out, three Newton steps (gemmlowp
    /// one_over_one_plus_x_for_x_in_0_1).</summary>
    public static int OneOverOnePlus(int x)
    {
        const int Constant48Over17 = 1515870810, ConstantMinus32Over17 = -1010580540, One = 1 << 29; // Q2.29
        int half = (int)((x + (long)int.MaxValue + 1) >> 1); // (x + 1)/2; x ≥ 0, so rounding half away is half up
        int y = unchecked(Constant48Over17 + DoublingHighMultiply(half, ConstantMinus32Over17));
        for (int i = 0; i < 3; i++)
        {
            int error = One - DoublingHighMultiply(half, y);
            y += SaturatingShiftLeft(DoublingHighMultiply(y, error), 2);
        }

        return SaturatingShiftLeft(y, 1);
    }

    /// <summary>x clamped to 64 bits.</summary>
    public static long ClampToInt64(Int128 x) => x > long.MaxValue ? long.MaxValue : x < long.MinValue ? long.MinValue : (long)x;

    // e^x on [−1/4, 0), Q0.31: Taylor of fourth order about −1/8.
    private static int ExpBelowQuarter(int a)
    {
        const int ExpMinusEighth = 1895147668, Third = 715827883;
        int x = a + (1 << 28);
        int x2 = DoublingHighMultiply(x, x), x3 = DoublingHighMultiply(x2, x), x4 = DoublingHighMultiply(x2, x2);
        int x4Over24Plus = DivideByPowerOfTwo(
            DoublingHighMultiply(DivideByPowerOfTwo(x4, 2) + x3, Third) + x2, 1); // ((x⁴/4 + x³)/3 + x²)/2
        int sum = (int)Math.Min((long)x + x4Over24Plus, int.MaxValue);
        return unchecked(ExpMinusEighth + DoublingHighMultiply(ExpMinusEighth, sum));
    }

    /// <summary>⌊√x⌋ for x in [0, 2⁶²), one bit of the root per step.</summary>
    public static long SquareRoot(long x)
    {
        long root = 0;
        for (long bit = 1L << 60; bit != 0; bit >>= 2)
        {
            if (x >= root + bit)
            {
                x -= root + bit;
                root = (root >> 1) + bit;
            }
            else
            {
                root >>= 1;
            }
        }

        return root;
    }
}
