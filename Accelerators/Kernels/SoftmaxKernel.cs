using System.Numerics;
using NpuSim.Accelerators.Numerics;

namespace NpuSim.Accelerators.Kernels;

/// <summary>Softmax along the last axis: p[i] = e^(s·x[i]) / Σ e^(s·x[j]).</summary>
public static unsafe class SoftmaxKernel
{
    private const int AccumulationIntegerBits = 12;

    private static readonly LookupTable Exp = LookupTable.ForInt16Range(Elementary.Exp, -10, 0, 32768);
    private static readonly LookupTable Reciprocal = LookupTable.ForInt16Range(x => 1 / (1 + x), 0, 1, 32768);

    /// <summary>
    /// Int8 inputs: gemmlowp fixed point. Differences to the row's maximum in Q5.26, exponentials in Q0.31, their sum in Q12.19
    /// (each RHAZ(exp, 12)), reciprocal by three Newton steps. Int16 inputs: interpolated tables for e^x on [−10, 0] and 1/(1+x)
    /// on [0, 1], sum in 32 bits of Q.15.
    /// </summary>
    /// <param name="rows">Rows; each is normalised by itself.</param>
    /// <param name="depth">Elements per row; at most 4096 for int8, 65536 for int16 inputs.</param>
    /// <param name="x">[rows, depth], int8 or int16.</param>
    /// <param name="stage">Input scale and form of the output.</param>
    /// <param name="y">[rows, depth], int8 or int16 for int8 inputs, int16 for int16 inputs.</param>
    /// <exception cref="ArgumentException">Sizes or formats do not fit.</exception>
    public static void Run(int rows, int depth, Operand x, SoftmaxStage stage, Operand y)
    {
        x.Check((long)rows * depth, nameof(x));
        y.Check((long)rows * depth, nameof(y));
        fixed (byte* px = x.Bytes, py = y.Bytes)
        {
            for (int r = 0; r < rows; r++)
            {
                long at = (long)r * depth;
                switch (x.Format, y.Format)
                {
                    case (NumberFormat.Int8, NumberFormat.Int8 or NumberFormat.Int16):
                        RowInt8((sbyte*)px + at, depth, stage, py, y.Format, at);
                        break;
                    case (NumberFormat.Int16, NumberFormat.Int16):
                        RowInt16((short*)px + at, depth, stage, (short*)py + at);
                        break;
                    default:
                        throw new ArgumentException($"Softmax from {x.Format} to {y.Format} is not defined.", nameof(y));
                }
            }
        }
    }

    private static void RowInt8(sbyte* x, int depth, SoftmaxStage stage, byte* y, NumberFormat format, long at)
    {
        int max = sbyte.MinValue;
        for (int i = 0; i < depth; i++)
            max = Math.Max(max, x[i]);
        int* exps = stackalloc int[256]; // by difference: a row has at most 256 different ones
        new Span<int>(exps, 256).Fill(-1);
        int sum = 0;
        for (int i = 0; i < depth; i++)
        {
            int difference = x[i] - max;
            if (difference < stage.LeastDifference)
                continue;
            ref int exp = ref exps[-difference];
            if (exp < 0)
                exp = Fixed.ExpOnNegative(Fixed.MultiplyDouble(difference, stage.Input));
            sum += Fixed.DivideByPowerOfTwo(exp, AccumulationIntegerBits);
        }

        int headroom = BitOperations.LeadingZeroCount((uint)sum);
        int scale = Fixed.OneOverOnePlus((int)(((uint)sum << headroom) - (1u << 31)));
        int bits = format.Bits() - (stage.Symmetric ? 1 : 0);
        int shift = AccumulationIntegerBits - headroom + 31 - bits, zero = stage.Symmetric ? 0 : (int)format.MinValue();
        for (int i = 0; i < depth; i++)
        {
            int difference = x[i] - max;
            int p = difference < stage.LeastDifference
                ? 0
                : Fixed.DivideByPowerOfTwo(Fixed.DoublingHighMultiply(scale, exps[-difference]), shift);
            IntegerAccess.Write(y, format, at + i, Math.Min(p + zero, format.MaxValue()));
        }
    }

    private static void RowInt16(short* x, int depth, SoftmaxStage stage, short* y)
    {
        int max = short.MinValue;
        for (int i = 0; i < depth; i++)
            max = Math.Max(max, x[i]);
        int sum = 0;
        for (int i = 0; i < depth; i++)
        {
            long scaled = Fixed.MultiplyDouble(x[i] - max, stage.Input); // [−65535, 0] is [−10, 0]
            int exp = Exp.Interpolate((int)Math.Clamp(scaled + 32767, short.MinValue, short.MaxValue));
            y[i] = (short)exp;
            sum += exp;
        }

        int headroom = BitOperations.LeadingZeroCount((uint)sum);
        int normal = (int)((((long)sum << headroom) + (1 << 14)) >> 15); // [2¹⁶, 2¹⁷]: 1 + x in Q.16
        int reciprocal = Reciprocal.Interpolate(Math.Clamp(normal - (3 << 15), short.MinValue, short.MaxValue));
        int shift = 31 - headroom;
        for (int i = 0; i < depth; i++)
        {
            int p = ((y[i] * reciprocal) + (1 << (shift - 1))) >> shift;
            y[i] = (short)Math.Clamp(p, 0, short.MaxValue);
        }
    }
}
