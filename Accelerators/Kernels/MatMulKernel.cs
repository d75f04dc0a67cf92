using NpuSim.Accelerators.Numerics;

namespace NpuSim.Accelerators.Kernels;

/// <summary>Product of two activations: y[b, m, n] = stage(Σₖ (a[b, m, k] + input offset) · (b[b, k, n] + weight
/// offset)).</summary>
public sealed unsafe class MatMulKernel : IWork
{
    [ThreadStatic]
    private static MatMulKernel? mine;

    private int m, n, k;
    private bool aWide, bWide, transposeA, transposeB;
    private byte* a, b, y;
    private OutputStage stage = null!;
    private NumericPolicy policy = null!;
    private NumberFormat format;
    private RandomAddress noise;
    private long overflowed, clipped;

    private MatMulKernel() { }

    /// <summary>Multiplies <paramref name="batch"/> pairs of matrices.</summary>
    /// <param name="batch">Pairs.</param>
    /// <param name="m">Rows of a.</param>
    /// <param name="n">Columns of y.</param>
    /// <param name="k">Columns of a.</param>
    /// <param name="transposeB">True: b is [batch, n, k]; false: [batch, k, n].</param>
    /// <param name="a">[batch, m, k], int8 or int16 (int16: offset 0).</param>
    /// <param name="b">int8 or int16 (int16: offset 0).</param>
    /// <param name="stage">Scales, zero points and clamp; one scale or n.</param>
    /// <param name="y">[batch, m, n], int8 or int16, or int32: the accumulators themselves.</param>
    /// <param name="policy">Arithmetic.</param>
    /// <param name="noise">Random numbers of stochastic rounding, by output element.</param>
    /// <param name="transposeA">True: a is [batch, k, m].</param>
    /// <exception cref="ArgumentException">An operand has another size or format.</exception>
    public static OverflowCount Run(
        int batch,
        int m,
        int n,
        int k,
        bool transposeB,
        Operand a,
        Operand b,
        OutputStage stage,
        Operand y,
        NumericPolicy policy,
        RandomAddress noise = default,
        bool transposeA = false)
    {
        MatMulKernel job = mine ??= new MatMulKernel();
        job.aWide = Operands.Wide(a, (long)batch * m * k, stage.InputOffset, nameof(a));
        job.bWide = Operands.Wide(b, (long)batch * k * n, stage.WeightOffset, nameof(b));
        Operands.CheckOutput(y, (long)batch * m * n, nameof(y));
        stage.Check(n);
        (job.m, job.n, job.k, job.transposeB, job.stage, job.policy, job.format, job.noise) =
            (m, n, k, transposeB, stage, policy, y.Format, noise);
        (job.transposeA, job.overflowed, job.clipped) = (transposeA, 0, 0);
        fixed (byte* pa = a.Bytes, pb = b.Bytes, py = y.Bytes)
        {
            job.a = pa;
            job.b = pb;
            job.y = py;
            if (batch >= WorkTeam.Threads && (long)batch * m * n * k >= 1 << 19)
            {
                WorkTeam.Run(job, batch);
            }
            else
            {
                for (int i = 0; i < batch; i++)
                    job.Multiply(i);
            }
        }

        return new OverflowCount((long)batch * m * n, job.overflowed, job.clipped);
    }

    /// <inheritdoc/>
    void IWork.Run(int item) => Multiply(item);

    private void Multiply(int item)
    {
        byte* pa = a + ((long)item * m * k * (aWide ? 2 : 1)), pb = b + ((long)item * k * n * (bWide ? 2 : 1));
        OverflowCount count = MatrixProduct.Mine.Run(
            m,
            n,
            k,
            transposeA
                ? RowSource.Transposed(pa, aWide, stage.InputOffset, k, m)
                : RowSource.Matrix(pa, aWide, stage.InputOffset, k),
            transposeB
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
