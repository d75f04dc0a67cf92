using NpuSim.Accelerators.Kernels.Randomness;
using NpuSim.Accelerators.Numerics;

namespace NpuSim.Accelerators.Kernels.Products;

/// <summary>Product of two activations: y[b, m, n] = stage(Σₖ (a[b, m, k] + input offset) · (b[b, k, n] + weight
/// offset)).</summary>
internal sealed unsafe class MatMulKernel : IWork
{
    [ThreadStatic]
    private static MatMulKernel? mine;

    private MatrixShape shape;
    private bool aWide, bWide;
    private byte* a, b, y;
    private OutputStage stage = null!;
    private NumericPolicy policy = null!;
    private NumberFormat format;
    private RandomAddress noise;
    private long overflowed, clipped;

    private MatMulKernel() { }

    /// <summary>Multiplies pairs of matrices.</summary>
    /// <param name="shape">Extents, and which operands are transposed.</param>
    /// <param name="a">[batch, m, k] or, transposed, [batch, k, m], int8 or int16 (int16: offset 0).</param>
    /// <param name="b">[batch, k, n] or, transposed, [batch, n, k], int8 or int16 (int16: offset 0).</param>
    /// <param name="stage">Scales, zero points and clamp; one scale or n.</param>
    /// <param name="y">[batch, m, n], int8 or int16, or int32: the accumulators themselves.</param>
    /// <param name="policy">Arithmetic.</param>
    /// <param name="noise">Random numbers of stochastic rounding, by output element.</param>
    /// <exception cref="ArgumentException">An operand has another size or format.</exception>
    public static OverflowCount Run(
        MatrixShape shape,
        Operand a,
        Operand b,
        OutputStage stage,
        Operand y,
        NumericPolicy policy,
        RandomAddress noise = default)
    {
        MatMulKernel job = mine ??= new MatMulKernel();
        job.aWide = Operands.Wide(a, shape.LeftCount, stage.InputOffset, nameof(a));
        job.bWide = Operands.Wide(b, shape.RightCount, stage.WeightOffset, nameof(b));
        Operands.CheckOutput(y, shape.OutputCount, nameof(y));
        stage.Check(shape.N);
        (job.shape, job.stage, job.policy, job.format, job.noise) = (shape, stage, policy, y.Format, noise);
        (job.overflowed, job.clipped) = (0, 0);
        fixed (byte* pa = a.Bytes, pb = b.Bytes, py = y.Bytes)
        {
            job.a = pa;
            job.b = pb;
            job.y = py;
            if (shape.Batch >= WorkTeam.Threads && shape.OutputCount * shape.K >= 1 << 19)
            {
                WorkTeam.Run(job, shape.Batch);
            }
            else
            {
                for (int i = 0; i < shape.Batch; i++)
                    job.Multiply(i);
            }
        }

        return new OverflowCount(shape.OutputCount, job.overflowed, job.clipped);
    }

    /// <inheritdoc/>
    void IWork.Run(int item) => Multiply(item);

    private void Multiply(int item)
    {
        (int m, int n, int k) = (shape.M, shape.N, shape.K);
        byte* pa = a + ((long)item * m * k * (aWide ? 2 : 1)), pb = b + ((long)item * k * n * (bWide ? 2 : 1));
        OverflowCount count = MatrixProduct.Mine.Run(
            m,
            n,
            k,
            shape.TransposeA
                ? RowSource.Transposed(pa, aWide, stage.InputOffset, k, m)
                : RowSource.Matrix(pa, aWide, stage.InputOffset, k),
            shape.TransposeB
                ? RowSource.Matrix(pb, bWide, stage.WeightOffset, k)
                : RowSource.Transposed(pb, bWide, stage.WeightOffset, k, n),
            biases: null,
            OutputWriter.For(policy, stage, format, noise),
            policy,
            y,
            stride: n,
            start: (long)item * m * n,
            firstChannel: 0);
        Interlocked.Add(ref overflowed, count.Overflowed);
        Interlocked.Add(ref clipped, count.Clipped);
    }
}
