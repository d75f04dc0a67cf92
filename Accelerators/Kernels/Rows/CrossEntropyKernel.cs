using System.Numerics;
using NpuSim.Accelerators.Numerics;

namespace NpuSim.Accelerators.Kernels.Rows;

/// <summary>
/// Cross-entropy loss in integers: loss = ln Σ e^(s·x[j]) − s·x[label], per row <list type="number"> <item>a[j] = s · (max x −
/// x[j]) in nats, Q.30, 64 bits; t[j] = a[j] · log₂e in Q.30.</item> <item>e[j] = 2^−t[j] in Q.31: two tables of 1024 entries
/// for bits 29…20 and 19…10 of the fraction, a straight line for the last ten.</item> <item>log₂ Σ e in Q.30: leading bit,
/// table of log₂(1 + i/1024), series δ − δ²/2 + δ³/3 for the rest.</item> <item>loss = log₂(Σ e) · ln 2 + a[label], rounded to
/// Q.24 and summed over rows in 64 bits.</item> </list> The error of one row stays below 2⁻²², and equal logits give equal
/// losses, so the sign of a difference of two losses survives.
/// </summary>
public static unsafe class CrossEntropyKernel
{
    /// <summary>Fractional bits of the result: one nat is 2²⁴.</summary>
    public const int FractionBits = 24;

    private const int TimeBits = 30, PowerBits = 31;
    private const long Log2E = 1549082005, Ln2 = 1488522236; // log₂e in Q.30, ln 2 in Q.31

    /// <summary>2^−(i/1024) and 2^−(i/2²⁰) in Q.31, i = 0..1023.</summary>
    internal static readonly uint[] CoarsePowers = Powers(10), FinePowers = Powers(20);

    /// <summary>log₂(1 + i/1024) in Q.30.</summary>
    internal static readonly long[] Logarithms = [.. Enumerable.Range(0, 1024).Select(
        i => (long)Math.Round(Elementary.Log(1 + (i / 1024.0)) / Elementary.Log(2) * (1L << TimeBits)))];

    /// <summary>Sum over rows of the loss, in nats of Q.24.</summary>
    /// <param name="rows">Samples.</param>
    /// <param name="classes">Logits per sample.</param>
    /// <param name="logits">[rows, classes], int8, int16 or int32.</param>
    /// <param name="scale">Scale s of the logits.</param>
    /// <param name="labels">[rows], each in 0..classes−1.</param>
    /// <param name="policy">With a float loss each row is computed in binary32 and rounded to Q.24; otherwise in
    /// integers.</param>
    /// <exception cref="ArgumentException">Sizes do not fit or a label names no class.</exception>
    public static long Run(
        int rows, int classes, Operand logits, FixedScale scale, ReadOnlySpan<int> labels, NumericPolicy policy)
    {
        logits.Check((long)rows * classes, nameof(logits));
        if (labels.Length != rows)
            throw new ArgumentException($"{labels.Length} labels for {rows} rows.", nameof(labels));
        long total = 0;
        fixed (byte* x = logits.Bytes)
        {
            for (int r = 0; r < rows; r++)
            {
                if ((uint)labels[r] >= (uint)classes)
                    throw new ArgumentException($"Label {labels[r]} of row {r} is not one of {classes} classes.", nameof(labels));
                long at = (long)r * classes;
                total += policy.FloatLoss
                    ? FloatRow(x, logits.Format, at, classes, scale, labels[r])
                    : Row(x, logits.Format, at, classes, scale, labels[r]);
            }
        }

        return total;
    }

    private static long Row(byte* x, NumberFormat format, long at, int classes, FixedScale scale, int label)
    {
        long max = long.MinValue, sum = 0;
        for (int i = 0; i < classes; i++)
            max = Math.Max(max, IntegerAccess.Read(x, format, at + i));
        for (int i = 0; i < classes; i++)
            sum += PowerOfMinus(Nats(max - IntegerAccess.Read(x, format, at + i), scale));
        long own = Nats(max - IntegerAccess.Read(x, format, at + label), scale);
        long logarithm = (long)(((Int128)Log2(sum) * Ln2) >> (PowerBits - 1)); // 36 + 31 bits; Q.31
        return RoundHalfUp.ShiftRight(logarithm + (own << 1), TimeBits + 1 - FractionBits, 0);
    }

    private static long FloatRow(byte* x, NumberFormat format, long at, int classes, FixedScale scale, int label)
    {
        long max = long.MinValue;
        for (int i = 0; i < classes; i++)
            max = Math.Max(max, IntegerAccess.Read(x, format, at + i));
        float step = (float)scale.ToDouble(), sum = 0;
        for (int i = 0; i < classes; i++)
            sum += (float)Elementary.Exp((IntegerAccess.Read(x, format, at + i) - max) * step);
        float loss = (float)Elementary.Log(sum) + ((max - IntegerAccess.Read(x, format, at + label)) * step);
        return (long)Math.Round(loss * (double)(1 << FractionBits), MidpointRounding.ToEven);
    }

    // difference · s in nats, Q.30; clamped to 2²⁰ nats.
    private static long Nats(long difference, FixedScale scale)
    {
        Int128 product = (Int128)difference * scale.Multiplier;
        int shift = 31 - TimeBits - scale.Shift;
        Int128 nats = shift >= 0 ? RoundHalfUp.ShiftRight(product, shift, 0) : product << -shift;
        return (long)Int128.Min(nats, 1L << (TimeBits + 20));
    }

    // e^−a in Q.31 for a in nats, Q.30.
    private static long PowerOfMinus(long nats)
    {
        long time = (long)(((Int128)nats * Log2E) >> TimeBits);
        int whole = (int)Math.Min(time >> TimeBits, 40);
        long coarse = CoarsePowers[(time >> 20) & 1023], fine = FinePowers[(time >> 10) & 1023];
        long last = (1L << PowerBits) - (((time & 1023) * Ln2) >> TimeBits);
        long power = ((((coarse * fine) + (1L << 30)) >> PowerBits) * last + (1L << 30)) >> PowerBits;
        return whole == 0 ? power : (power + (1L << (whole - 1))) >> whole;
    }

    // log₂(x / 2³¹) in Q.30, x ≥ 2³¹.
    private static long Log2(long x)
    {
        int whole = BitOperations.Log2((ulong)x) - PowerBits;
        long mantissa = RoundHalfUp.ShiftRight(x, whole, 0); // Q.31 in [1, 2]
        if (mantissa == 1L << (PowerBits + 1))
            return (whole + 1L) << TimeBits;
        int index = (int)(mantissa >> (PowerBits - 10)) & 1023;
        long corner = (1024L + index) << (PowerBits - 10);
        long delta = ((mantissa - corner) << 40) / corner; // Q.40, below 2⁻¹⁰
        long square = (delta * delta) >> 40, cube = (square * delta) >> 40;
        long series = delta - (square >> 1) + (cube / 3);
        return ((long)whole << TimeBits) + Logarithms[index] + (((series * Log2E) + (1L << 39)) >> 40);
    }

    private static uint[] Powers(int lowestBit) => [.. Enumerable.Range(0, 1024).Select(
        i => (uint)Math.Round(Elementary.Exp(-Elementary.Log(2) * Math.ScaleB(i, -lowestBit)) * (1L << PowerBits)))];
}
