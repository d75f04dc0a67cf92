using System.Numerics;
using NpuSim.Accelerators.Kernels.Elements;
using NpuSim.Accelerators.Kernels.Randomness;
using NpuSim.Accelerators.Numerics;

namespace NpuSim.Accelerators.Kernels.Rows;

/// <summary>
/// Gradients of a layer normalisation along the last axis, from n (15 fractional bits) and 1/√V = r · 2^(t − 61) as
/// <see cref="LayerNormKernel"/> makes them of D elements:
/// <list type="number">
/// <item>G = dy · γ, A = Σ G and B = Σ G · n exactly; by Cauchy and Schwarz |B| ≤ D · 2¹⁵ · max |G|, 53 bits.</item>
/// <item>T = D · G − A − RHU(n · RHU(B, 15) / 2¹⁵): D times G − mean G − n · mean(G · n), 40 bits.</item>
/// <item>U = RHU(T · r · 2^(t − 61 + f)) clamped to 32 bits, with f = 8 for 8-bit and 0 for 16-bit γ; dx = requantise(U).</item>
/// <item>dγ = clamp₃₂(RHU(Σ dy · n, 8)) over the rows: 7 fractional bits beyond those of dy.</item>
/// </list>
/// Rows whose V is 0 have gradient 0. Of RMS normalisation n comes with S = 0 and A is 0.
/// </summary>
public static class LayerNormGradientKernel
{
    /// <summary>Fractional bits of dγ beyond those of dy.</summary>
    public const int ScaleFraction = 7;

    private const int FractionBits = 15;

    /// <summary>dx.</summary>
    /// <param name="rows">Rows.</param>
    /// <param name="depth">D, 1..32767.</param>
    /// <param name="dy">[rows, depth], int8.</param>
    /// <param name="x">[rows, depth], int8 or int16, symmetric.</param>
    /// <param name="gamma">[depth], int8 or int16.</param>
    /// <param name="epsilon">ε / Δx², as <see cref="LayerNormStage.Epsilon"/>.</param>
    /// <param name="factor">Δdy · Δγ / (Δx · Δdx).</param>
    /// <param name="dx">[rows, depth], int8 or int16.</param>
    /// <param name="policy">Arithmetic.</param>
    /// <param name="noise">Random numbers of stochastic rounding, by element.</param>
    /// <param name="isCentred">False: of RMS normalisation.</param>
    /// <exception cref="ArgumentException">Sizes do not fit.</exception>
    public static OverflowCount Input(
        int rows, int depth, Operand dy, Operand x, Operand gamma, long epsilon, double factor, Operand dx, NumericPolicy policy,
        RandomAddress noise = default, bool isCentred = true)
    {
        int count = Check(rows, depth, dy, x);
        gamma.Check(depth, nameof(gamma));
        dx.Check(count, nameof(dx));
        int fraction = gamma.Format == NumberFormat.Int16 ? 0 : 8;
        int[] slopes = SoftmaxGradientKernel.Widened(dy), values = SoftmaxGradientKernel.Widened(x),
            gains = SoftmaxGradientKernel.Widened(gamma), scaled = new int[count], n = new int[depth];
        long[] g = new long[depth];
        for (int first = 0; first < count; first += depth)
        {
            if (Normalize(values.AsSpan(first, depth), epsilon, isCentred, n) is not var (reciprocal, halfShift))
                continue;
            long sum = 0, along = 0;
            for (int i = 0; i < depth; i++)
            {
                g[i] = (long)slopes[first + i] * gains[i];
                sum += isCentred ? g[i] : 0;
                along += g[i] * n[i];
            }

            along = RoundHalfUp.ShiftRight(along, FractionBits, 0);
            for (int i = 0; i < depth; i++)
            {
                long t = (depth * g[i]) - sum - RoundHalfUp.ShiftRight(n[i] * along, FractionBits, 0);
                int shift = 61 - halfShift - fraction;
                Int128 u = (((Int128)t * reciprocal) + (Int128.One << (shift - 1))) >> shift;
                scaled[first + i] = (int)Int128.Clamp(u, int.MinValue, int.MaxValue);
            }
        }

        return ElementwiseKernel.Requantize(scaled.AsSpan(), FixedScale.FromDouble(Math.ScaleB(factor, -fraction)), dx, policy,
            noise);
    }

    /// <summary>dγ.</summary>
    /// <param name="rows">Rows.</param>
    /// <param name="depth">D, 1..32767.</param>
    /// <param name="dy">[rows, depth], int8.</param>
    /// <param name="x">[rows, depth], int8 or int16, symmetric.</param>
    /// <param name="epsilon">ε / Δx².</param>
    /// <param name="gradient">[depth], in the scale Δdy / 2⁷.</param>
    /// <param name="isCentred">False: of RMS normalisation.</param>
    /// <exception cref="ArgumentException">Sizes do not fit.</exception>
    public static OverflowCount Scale(int rows, int depth, Operand dy, Operand x, long epsilon, Span<int> gradient,
        bool isCentred = true)
    {
        int count = Check(rows, depth, dy, x);
        if (gradient.Length != depth)
            throw new ArgumentException($"{gradient.Length} gradients of {depth} gains.", nameof(gradient));
        int[] slopes = SoftmaxGradientKernel.Widened(dy), values = SoftmaxGradientKernel.Widened(x), n = new int[depth];
        long[] sums = new long[depth];
        for (int first = 0; first < count; first += depth)
        {
            if (Normalize(values.AsSpan(first, depth), epsilon, isCentred, n) is null)
                continue;
            for (int i = 0; i < depth; i++)
                sums[i] += (long)slopes[first + i] * n[i];
        }

        long overflowed = 0;
        for (int i = 0; i < depth; i++)
        {
            long rounded = RoundHalfUp.ShiftRight(sums[i], FractionBits - ScaleFraction, 0);
            gradient[i] = (int)Math.Clamp(rounded, int.MinValue, int.MaxValue);
            overflowed += gradient[i] == rounded ? 0 : 1;
        }

        return new OverflowCount(depth, overflowed, 0);
    }

    // n, and 1/√V; null where V is 0. The arithmetic is that of the forward kernel.
    private static (int Reciprocal, int HalfShift)? Normalize(ReadOnlySpan<int> x, long epsilon, bool isCentred, Span<int> n)
    {
        int depth = x.Length;
        long sum = 0, squares = 0;
        foreach (int value in x)
        {
            sum += isCentred ? value : 0;
            squares += (long)value * value;
        }

        long variance = (depth * squares) - (sum * sum) + (long)Int128.Min((Int128)depth * depth * epsilon, 1L << 61);
        if (variance == 0)
            return null;
        int halfShift = (BitOperations.LeadingZeroCount((ulong)variance) - 2) >> 1;
        long root = Fixed.SquareRoot(halfShift >= 0 ? variance << (2 * halfShift) : variance >> 2);
        int reciprocal = (int)Math.Min((1L << 61) / root, int.MaxValue), shift = 61 - FractionBits - halfShift;
        for (int i = 0; i < depth; i++)
            n[i] = (int)RoundHalfUp.ShiftRight(((depth * (long)x[i]) - sum) * reciprocal, shift, 0);
        return (reciprocal, halfShift);
    }

    private static int Check(int rows, int depth, Operand dy, Operand x)
    {
        if (depth is < 1 or > short.MaxValue || dy.Format != NumberFormat.Int8)
            throw new ArgumentException($"A layer normalisation's gradient takes rows of up to {short.MaxValue} int8, not {depth} {dy.Format}.");
        dy.Check((long)rows * depth, nameof(dy));
        x.Check((long)rows * depth, nameof(x));
        return rows * depth;
    }
}
