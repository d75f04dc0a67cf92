namespace NpuSim.Accelerators.Engines;

/// <summary>Kernel classes of matrix products: on some engines they cost differently.</summary>
public enum KernelClass
{
    /// <summary>Spatial convolution.</summary>
    Convolution,

    /// <summary>Depthwise convolution: each of <see cref="Gemm.Count"/> channels has its own filter.</summary>
    Depthwise,

    /// <summary>1×1 convolution.</summary>
    Pointwise,

    /// <summary>Fully connected layer, or product of two activations.</summary>
    FullyConnected,
}

/// <summary>
/// What an engine multiplies: <paramref name="Count"/> independent products [M, K] · [K, N]. A convolution is one by im2col:
/// M = images · rows · columns of the output, N = filters, K = kernel elements · input channels.
/// </summary>
/// <param name="Class">The kernel class.</param>
/// <param name="Count">Independent products: groups or batch; at least 1.</param>
/// <param name="M">Rows of the streamed operand; at least 1.</param>
/// <param name="N">Columns of the weight operand; at least 1.</param>
/// <param name="K">Reduction length; at least 1.</param>
/// <param name="Columns">Columns of the output image; M for a plain product, whose output is one row of M.</param>
/// <param name="Rows">Rows of the output image; 1 for a plain product.</param>
/// <param name="KernelElements">Rows times columns of the filter; 1 for a plain product.</param>
public readonly record struct Gemm(
    KernelClass Class, long Count, long M, long N, long K, long Columns, long Rows = 1, long KernelElements = 1)
{
    /// <summary>A plain product [M, K] · [K, N].</summary>
    public static Gemm Plain(long m, long n, long k, long count = 1) => new(KernelClass.FullyConnected, count, m, n, k, m);

    /// <summary>Multiply-accumulates.</summary>
    /// <exception cref="OverflowException">They leave 64 bits.</exception>
    public long Macs => checked(Count * M * N * K);

    /// <summary>Input channels that one filter sums over.</summary>
    public long Channels => Math.Max(1, K / KernelElements);

    /// <summary>⌈value / by⌉ of positive numbers.</summary>
    public static long CeilingDivide(long value, long by) => (value + by - 1) / by;
}
