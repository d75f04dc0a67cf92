using NpuSim.Accelerators.Kernels.Randomness;
using NpuSim.Accelerators.Numerics;

namespace NpuSim.Accelerators.Kernels.Products;

/// <summary>
/// Fully connected layer: y[m, n] = stage(bias[n] + Σₖ (x[m, k] + input offset) · (w[n, k] + weight offset)).
/// </summary>
internal static unsafe class LinearKernel
{
    /// <summary>Runs the layer.</summary>
    /// <param name="shape">Rows of x, outputs and inputs per row.</param>
    /// <param name="x">[m, k], int8 or int16 (int16: input offset 0).</param>
    /// <param name="w">[n, k], int4 unpacked, int8 or int16 (int16: weight offset 0).</param>
    /// <param name="bias">[n] in the accumulator's scale, or empty.</param>
    /// <param name="stage">Scales, zero points and clamp; one scale or n.</param>
    /// <param name="y">[m, n] or, for a part, [m, part.Of], int8 or int16, or int32: the accumulators themselves.</param>
    /// <param name="policy">Arithmetic.</param>
    /// <param name="noise">Random numbers of stochastic rounding, by element of y.</param>
    /// <param name="part">Columns of y that the outputs are.</param>
    /// <exception cref="ArgumentException">An operand has another size or format.</exception>
    public static OverflowCount Run(
        MatrixShape shape,
        Operand x,
        Operand w,
        ReadOnlySpan<int> bias,
        OutputStage stage,
        Operand y,
        NumericPolicy policy,
        RandomAddress noise = default,
        ChannelPart part = default) =>
        Run(shape, x, w, BiasRow.Widen(bias, shape.N), stage, y, policy, noise, part);

    /// <summary>The same with a bias of up to 64 bits.</summary>
    public static OverflowCount Run(
        MatrixShape shape,
        Operand x,
        Operand w,
        ReadOnlySpan<long> bias,
        OutputStage stage,
        Operand y,
        NumericPolicy policy,
        RandomAddress noise = default,
        ChannelPart part = default)
    {
        (int m, int n, int k) = (shape.M, shape.N, shape.K);
        int stride = part.Stride(n);
        bool xWide = Operands.Wide(x, (long)m * k, stage.InputOffset, nameof(x));
        bool wWide = Operands.Wide(w, (long)n * k, stage.WeightOffset, nameof(w));
        Operands.CheckOutput(y, (long)m * stride, nameof(y));
        BiasRow.Check(bias.Length, n);
        stage.Check(n);
        fixed (byte* px = x.Bytes, pw = w.Bytes, py = y.Bytes)
        fixed (long* pb = bias)
        {
            return MatrixProduct.Mine.Run(
                m,
                n,
                k,
                RowSource.Matrix(px, xWide, stage.InputOffset, k),
                RowSource.Matrix(pw, wWide, stage.WeightOffset, k),
                pb,
                OutputWriter.For(policy, stage, y.Format, noise),
                policy,
                py,
                stride,
                start: part.First,
                firstChannel: 0);
        }
    }
}
