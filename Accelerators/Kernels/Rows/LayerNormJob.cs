using System.Numerics;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using NpuSim.Accelerators.Numerics;

namespace NpuSim.Accelerators.Kernels.Rows;

/// <summary>Rows of a layer normalisation; formulas with <see cref="LayerNormKernel"/>.</summary>
internal sealed unsafe class LayerNormJob : IWork
{
    private const int FractionBits = 15, ElementsPerItem = 16384;

    [ThreadStatic]
    private static LayerNormJob? mine;

    private byte* x, y;
    private NumberFormat format;
    private int rows, depth, rowsPerItem, productShift;
    private int* gamma, start;
    private long epsilon, clipped;
    private bool isCentred;
    private OutputWriter writer = null!;

    public static LayerNormJob Mine => mine ??= new LayerNormJob();

    public long Run(
        byte* from, NumberFormat fromFormat, int rowCount, int rowDepth, int* factors, int shift, int* starts,
        LayerNormStage stage, byte* to, OutputWriter output)
    {
        x = from;
        y = to;
        gamma = factors;
        start = starts;
        (format, rows, depth, productShift, epsilon, writer, clipped) = (fromFormat, rowCount, rowDepth, shift, stage.Epsilon, output, 0);
        isCentred = stage.IsCentred;
        rowsPerItem = Math.Max(1, ElementsPerItem / depth);
        WorkTeam.Run(this, (rows + rowsPerItem - 1) / rowsPerItem);
        return clipped;
    }

    public void Run(int item)
    {
        int* values = Scratch.Get<int>(Scratch.Slot.Row, depth);
        long narrowed = 0;
        for (int r = item * rowsPerItem; r < Math.Min(rows, (item + 1) * rowsPerItem); r++)
        {
            long at = (long)r * depth;
            Widening.ToInt32(x, format, at, 0, values, depth);
            Normalize(values);
            Combine(values);
            narrowed += writer.Scale(values, depth, y, at);
        }

        Interlocked.Add(ref clipped, narrowed);
    }

    // values[i] becomes n.
    private void Normalize(int* values)
    {
        (long sum, long squares) = Moments(values);
        sum = isCentred ? sum : 0;
        long variance = (depth * squares) - (sum * sum) + (long)Int128.Min((Int128)depth * depth * epsilon, 1L << 61);
        if (variance == 0)
        {
            new Span<int>(values, depth).Clear();
            return;
        }

        int halfShift = (BitOperations.LeadingZeroCount((ulong)variance) - 2) >> 1; // −1 when V has 63 bits
        long root = Fixed.SquareRoot(halfShift >= 0 ? variance << (2 * halfShift) : variance >> 2);
        int reciprocal = (int)Math.Min((1L << 61) / root, int.MaxValue);
        int shift = 61 - FractionBits - halfShift; // 15..47
        int i = 0;
        if (Avx512F.IsSupported)
        {
            Vector512<int> factor = Vector512.Create(reciprocal), total = Vector512.Create((int)sum),
                count = Vector512.Create(depth);
            Vector512<long> half = Vector512.Create(1L << (shift - 1)), low = Vector512.Create((long)uint.MaxValue);
            for (; i <= depth - 16; i += 16)
            {
                Vector512<int> distance = (Vector512.Load(values + i) * count) - total;
                Vector512<long> even = Vector512.ShiftRightArithmetic(Avx512F.Multiply(distance, factor) + half, shift);
                Vector512<long> odd = Vector512.ShiftRightArithmetic(
                    Avx512F.Multiply(Vector512.ShiftRightLogical(distance.AsInt64(), 32).AsInt32(), factor) + half, shift);
                ((even & low) | Vector512.ShiftLeft(odd, 32)).AsInt32().Store(values + i);
            }
        }

        for (; i < depth; i++)
            values[i] = (int)RoundHalfUp.ShiftRight(((depth * (long)values[i]) - sum) * reciprocal, shift, 0);
    }

    private (long Sum, long Squares) Moments(int* values)
    {
        long sum = 0, squares = 0;
        int i = 0;
        if (Avx512F.IsSupported)
        {
            Vector512<int> sums = default; // 2¹⁵ elements of 16 bits stay within 32
            Vector512<long> even = default, odd = default;
            for (; i <= depth - 16; i += 16)
            {
                Vector512<int> v = Vector512.Load(values + i), shifted = Vector512.ShiftRightLogical(v.AsInt64(), 32).AsInt32();
                sums += v;
                even += Avx512F.Multiply(v, v);
                odd += Avx512F.Multiply(shifted, shifted);
            }

            sum = Vector512.Sum(sums);
            squares = Vector512.Sum(even + odd);
        }

        for (; i < depth; i++)
        {
            sum += values[i];
            squares += (long)values[i] * values[i];
        }

        return (sum, squares);
    }

    // values[i] becomes RHU(n · γ, g) + b.
    private void Combine(int* values)
    {
        int i = 0;
        if (productShift == 0 && Avx512F.IsSupported)
        {
            for (; i <= depth - 16; i += 16)
                ((Vector512.Load(values + i) * Vector512.Load(gamma + i)) + Vector512.Load(start + i)).Store(values + i);
        }
        else if (Avx512F.IsSupported)
        {
            Vector512<long> half = Vector512.Create(1L << (productShift - 1)), low = Vector512.Create((long)uint.MaxValue);
            for (; i <= depth - 16; i += 16)
            {
                Vector512<int> n = Vector512.Load(values + i), g = Vector512.Load(gamma + i);
                Vector512<long> even = Vector512.ShiftRightArithmetic(Avx512F.Multiply(n, g) + half, productShift);
                Vector512<long> odd = Vector512.ShiftRightArithmetic(
                    Avx512F.Multiply(
                        Vector512.ShiftRightLogical(n.AsInt64(), 32).AsInt32(), Vector512.ShiftRightLogical(g.AsInt64(),
                            32).AsInt32()) + half,
                    productShift);
                (((even & low) | Vector512.ShiftLeft(odd, 32)).AsInt32() + Vector512.Load(start + i)).Store(values + i);
            }
        }

        // |n| ≤ √D · 2¹⁵ < 2²³ and |γ| ≤ 2⁷ (after the shift) leave |a| below 2³¹.
        for (; i < depth; i++)
            values[i] = (int)(RoundHalfUp.ShiftRight((long)values[i] * gamma[i], productShift, 0) + start[i]);
    }
}
