using NpuSim.Accelerators.Kernels.Elements;
using NpuSim.Accelerators.Kernels.Randomness;
using NpuSim.Accelerators.Numerics;

namespace NpuSim.Accelerators.Kernels.Rows;

/// <summary>
/// Gradient of a softmax along the last axis: dxᵢ = yᵢ · (dyᵢ − Σ dyⱼ · yⱼ). With y in steps of 1/A (8 bits: A = 2⁸, zero point
/// −128; 16 bits: A = 2¹⁵) the sum S = Σ dyⱼ · yⱼ and the product yᵢ · (A · dyᵢ − S) are exact; the product loses s bits, half up,
/// where it needs more than 32 (s = 0 from 8 bits to 8, 8 from 16 and 8, 16 from 16 and 16), and is requantised once.
/// </summary>
public static class SoftmaxGradientKernel
{
    /// <summary>Runs.</summary>
    /// <param name="rows">Rows.</param>
    /// <param name="depth">Elements per row, at most 32767.</param>
    /// <param name="dy">[rows, depth], int8 or int16.</param>
    /// <param name="y">[rows, depth] the softmax's result, int8 or int16.</param>
    /// <param name="factor">Δdy/Δdx.</param>
    /// <param name="dx">[rows, depth], int8 or int16; may be dy.</param>
    /// <param name="policy">Arithmetic.</param>
    /// <param name="noise">Random numbers of stochastic rounding, by element.</param>
    /// <exception cref="ArgumentException">Sizes do not fit.</exception>
    public static OverflowCount Run(
        int rows, int depth, Operand dy, Operand y, double factor, Operand dx, NumericPolicy policy, RandomAddress noise = default)
    {
        int count = rows * depth;
        dy.Check(count, nameof(dy));
        y.Check(count, nameof(y));
        dx.Check(count, nameof(dx));
        bool wide = y.Format == NumberFormat.Int16;
        int one = wide ? 1 << 15 : 1 << 8, zero = wide ? 0 : -128;
        int drop = (wide ? 8 : 0) + (dy.Format == NumberFormat.Int16 ? 8 : 0);
        int[] slopes = Widened(dy), values = Widened(y), products = new int[count];
        for (int first = 0; first < count; first += depth)
        {
            long sum = 0;
            for (int i = first; i < first + depth; i++)
                sum += (long)slopes[i] * (values[i] - zero);
            for (int i = first; i < first + depth; i++)
            {
                long product = (values[i] - zero) * (((long)one * slopes[i]) - sum);
                products[i] = (int)Math.Clamp(RoundHalfUp.ShiftRight(product, drop, 0), int.MinValue, int.MaxValue);
            }
        }

        return ElementwiseKernel.Requantize(products.AsSpan(),
            FixedScale.FromDouble(Math.ScaleB(factor, drop) / ((double)one * one)), dx, policy, noise);
    }

    internal static unsafe int[] Widened(Operand x)
    {
        int[] values = new int[x.Count()];
        fixed (byte* from = x.Bytes)
        {
            for (int i = 0; i < values.Length; i++)
                values[i] = (int)IntegerAccess.Read(from, x.Format, i);
        }

        return values;
    }
}
