namespace NpuSim.Accelerators.Kernels.Products;

/// <summary>Extents of matrix products: [Batch, M, K] · [Batch, K, N] = [Batch, M, N].</summary>
/// <param name="M">Rows of the result.</param>
/// <param name="N">Columns of the result.</param>
/// <param name="K">Length of the reduction.</param>
/// <param name="Batch">Independent products.</param>
/// <param name="TransposeA">True: the first operand is stored as [Batch, K, M].</param>
/// <param name="TransposeB">True: the second operand is stored as [Batch, N, K].</param>
public readonly record struct MatrixShape(
    int M, int N, int K, int Batch = 1, bool TransposeA = false, bool TransposeB = false)
{
    /// <summary>Elements of the first operand.</summary>
    public long LeftCount => (long)Batch * M * K;

    /// <summary>Elements of the second operand.</summary>
    public long RightCount => (long)Batch * K * N;

    /// <summary>Elements of the result.</summary>
    public long OutputCount => (long)Batch * M * N;
}
