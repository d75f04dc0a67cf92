using NpuSim.Accelerators.Kernels;
using NpuSim.Accelerators.Kernels.Elements;
using NpuSim.Accelerators.Kernels.Products;
using NpuSim.Accelerators.Kernels.Rows;
using NpuSim.Accelerators.Numerics;

namespace NpuSim.Accelerators.Vectors;

/// <summary>The kernels that layer vectors run through: the processor's, unless a derived class has others.</summary>
internal class LayerKernels
{
    /// <summary>The processor's.</summary>
    public static LayerKernels Processor { get; } = new();

    public virtual void Convolution(
        ConvolutionShape shape, Operand x, Operand w, ReadOnlySpan<long> bias, OutputStage stage, Operand y,
        NumericPolicy policy) =>
        ConvolutionKernel.Run(shape, x, w, bias, stage, y, policy);

    public virtual void Linear(
        int m, int n, int k, Operand x, Operand w, ReadOnlySpan<long> bias, OutputStage stage, Operand y, NumericPolicy policy) =>
        LinearKernel.Run(new(m, n, k), x, w, bias, stage, y, policy);

    public virtual void MatMul(
        int m, int n, int k, bool transposeB, Operand a, Operand b, OutputStage stage, Operand y, NumericPolicy policy) =>
        MatMulKernel.Run(new(m, n, k, TransposeB: transposeB), a, b, stage, y, policy);

    public virtual void Add(Operand a, Operand b, AddStage stage, Operand y, NumericPolicy policy) =>
        ElementwiseKernel.Add(a, b, stage, y, policy);

    public virtual void Mul(Operand a, Operand b, OutputStage stage, Operand y, NumericPolicy policy) =>
        ElementwiseKernel.Mul(a, b, stage, y, policy);

    public virtual void AveragePool(ConvolutionShape shape, Operand x, Operand y, int minimum, int maximum) =>
        PoolKernel.Average(shape, x, y, minimum, maximum);

    public virtual void MaxPool(ConvolutionShape shape, Operand x, Operand y, int minimum, int maximum) =>
        PoolKernel.Max(shape, x, y, minimum, maximum);

    public virtual void Softmax(int rows, int depth, Operand x, SoftmaxStage stage, Operand y) =>
        SoftmaxKernel.Run(rows, depth, x, stage, y);
}
