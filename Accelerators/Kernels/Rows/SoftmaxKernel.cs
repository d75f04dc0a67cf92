using System.Numerics;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using NpuSim.Accelerators.Kernels.Elements;
using NpuSim.Accelerators.Numerics;

namespace NpuSim.Accelerators.Kernels.Rows;

/// <summary>Softmax along the last axis: p[i] = e^(s·x[i]) / Σ e^(s·x[j]).</summary>
internal static unsafe class SoftmaxKernel
{
    private const int AccumulationIntegerBits = 12;

    [ThreadStatic]
    private static Job? mine;

    /// <summary>e^x on [−10, 0].</summary>
    internal static readonly LookupTable Exp = LookupTable.ForInt16Range(Elementary.Exp, -10, 0, 32768);

    /// <summary>1/(1 + x) on [0, 1].</summary>
    internal static readonly LookupTable Reciprocal = LookupTable.ForInt16Range(x => 1 / (1 + x), 0, 1, 32768);

    /// <summary>
    /// Int8 inputs: gemmlowp fixed point. Differences to the row's maximum in Q5.26, exponentials in Q0.31, their sum in Q12.19
    /// (each RHAZ(exp, 12)), reciprocal by three Newton steps. Int16 inputs: interpolated tables for e^x on [−10, 0] and
    /// 1/(1+x) on [0, 1], sum in 32 bits of Q.15.
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
        bool known = (x.Format, y.Format) is (NumberFormat.Int8, NumberFormat.Int8 or NumberFormat.Int16)
            or (NumberFormat.Int16, NumberFormat.Int16);
        if (!known)
            throw new ArgumentException($"Softmax from {x.Format} to {y.Format} is not defined.", nameof(y));
        Job job = mine ??= new Job();
        fixed (byte* px = x.Bytes, py = y.Bytes)
            job.Run(px, x.Format, py, y.Format, rows, depth, stage);
    }

    private static void RowInt8(sbyte* x, int depth, SoftmaxStage stage, int* exps, int* terms, byte* y, NumberFormat format,
        long at)
    {
        int max = RowMaximum.Of(x, depth);
        int sum = SumTerms(x, depth, max, terms);
        int headroom = BitOperations.LeadingZeroCount((uint)sum);
        int scale = Fixed.OneOverOnePlus((int)(((uint)sum << headroom) - (1u << 31)));
        int bits = format.Bits() - (stage.Symmetric ? 1 : 0);
        int shift = AccumulationIntegerBits - headroom + 31 - bits, zero = stage.Symmetric ? 0 : (int)format.MinValue();
        int greatest = (int)format.MaxValue();
        if (format == NumberFormat.Int8)
        {
            // A table of outputs by difference; few of the 256 differences give anything.
            sbyte* outputs = stackalloc sbyte[256];
            new Span<sbyte>(outputs, 256).Fill((sbyte)zero);
            for (int d = 0; d < 256 && exps[d] != 0; d++)
            {
                int p = Fixed.DivideByPowerOfTwo(Fixed.DoublingHighMultiply(scale, exps[d]), shift);
                if (p == 0)
                    break; // exponentials only fall
                outputs[d] = (sbyte)Math.Min(p + zero, greatest);
            }

            LookUp(x, depth, max, outputs, (sbyte*)y + at);
            return;
        }

        for (int i = 0; i < depth; i++)
        {
            int p = Fixed.DivideByPowerOfTwo(Fixed.DoublingHighMultiply(scale, exps[max - x[i]]), shift);
            ((short*)y)[at + i] = (short)Math.Min(p + zero, greatest);
        }
    }

    private static int SumTerms(sbyte* x, int depth, int max, int* terms)
    {
        int sum = 0, i = 0;
        if (Avx2.IsSupported)
        {
            Vector256<int> sums = default, top = Vector256.Create(max);
            for (; i <= depth - 8; i += 8)
                sums += Avx2.GatherVector256(terms, top - Avx2.ConvertToVector256Int32(x + i), 4);
            sum = Vector256.Sum(sums);
        }

        for (; i < depth; i++)
            sum += terms[max - x[i]];
        return sum;
    }

    private static void LookUp(sbyte* x, int depth, int max, sbyte* outputs, sbyte* to)
    {
        int i = 0;
        if (Avx512Vbmi.IsSupported)
        {
            Vector512<sbyte> a = Vector512.Load(outputs), b = Vector512.Load(outputs + 64);
            Vector512<sbyte> c = Vector512.Load(outputs + 128), d = Vector512.Load(outputs + 192),
                top = Vector512.Create((sbyte)max);
            for (; i <= depth - 64; i += 64)
            {
                Vector512<sbyte> index = top - Vector512.Load(x + i); // modulo 2⁸: 0..255
                Vector512<sbyte> low = Avx512Vbmi.PermuteVar64x8x2(a, index, b), high = Avx512Vbmi.PermuteVar64x8x2(c, index, d);
                Vector512.ConditionalSelect(Vector512.LessThan(index, default), high, low).Store(to + i);
            }
        }

        for (; i < depth; i++)
            to[i] = outputs[max - x[i]];
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

    private sealed class Job : IWork
    {
        private const int ElementsPerItem = 8192;

        private byte* x, y;
        private NumberFormat input, output;
        private int rows, depth, rowsPerItem;
        private SoftmaxStage stage = null!;
        private readonly int[] terms = new int[256];

        public void Run(byte* from, NumberFormat fromFormat, byte* to, NumberFormat toFormat, int rowCount, int rowDepth,
            SoftmaxStage constants)
        {
            x = from;
            y = to;
            (input, output, rows, depth, stage) = (fromFormat, toFormat, rowCount, rowDepth, constants);
            if (rows == 0 || depth == 0)
                return;
            if (input == NumberFormat.Int8)
            {
                for (int d = 0; d < 256; d++)
                    terms[d] = Fixed.DivideByPowerOfTwo(stage.Exponentials[d], AccumulationIntegerBits);
            }

            rowsPerItem = Math.Max(1, ElementsPerItem / depth);
            WorkTeam.Run(this, (rows + rowsPerItem - 1) / rowsPerItem);
        }

        public void Run(int item)
        {
            fixed (int* exps = stage.Exponentials, sums = terms)
            {
                for (int r = item * rowsPerItem; r < Math.Min(rows, (item + 1) * rowsPerItem); r++)
                {
                    long at = (long)r * depth;
                    if (input == NumberFormat.Int8)
                        RowInt8((sbyte*)x + at, depth, stage, exps, sums, y, output, at);
                    else
                        RowInt16((short*)x + at, depth, stage, (short*)y + at);
                }
            }
        }
    }
}
