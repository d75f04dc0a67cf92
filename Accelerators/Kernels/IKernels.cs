using NpuSim.Accelerators.Kernels.Elements;
using NpuSim.Accelerators.Kernels.Products;
using NpuSim.Accelerators.Kernels.Randomness;
using NpuSim.Accelerators.Kernels.Rows;
using NpuSim.Accelerators.Numerics;

namespace NpuSim.Accelerators.Kernels;

/// <summary>
/// What a machine computes with, in one policy's arithmetic: the list of kernels that forward passes and forward-gradient methods
/// need. The processor's are the specification (<see cref="ProcessorKernels"/>); a device gives the same bits and the same
/// counts. Operations with accumulators count what overflows in a slot of their own.
/// </summary>
/// <typeparam name="TOperand">Numbers in memory with their format; its default stands for none.</typeparam>
public interface IKernels<TOperand>
    where TOperand : allows ref struct
{
    /// <summary>The slot of what nobody asks for.</summary>
    const int Uncounted = -1;

    /// <summary>Counts of everything run so far.</summary>
    KernelCounts Tally();

    /// <summary>Takes over the counts of others.</summary>
    /// <param name="counts">As many slots as these have.</param>
    void Recount(KernelCounts counts);

    /// <summary><see cref="LinearKernel"/>: x [m, k], w [n, k], bias [n] or none, y [m, n] or a part of wider rows.</summary>
    void Linear(
        MatrixShape shape, TOperand x, TOperand w, TOperand bias, OutputStage stage, TOperand y, RandomAddress noise, int slot,
        ChannelPart part = default);

    /// <summary><see cref="MatMulKernel"/>.</summary>
    void MatMul(MatrixShape shape, TOperand a, TOperand b, OutputStage stage, TOperand y, RandomAddress noise, int slot);

    /// <summary><see cref="ConvolutionKernel"/>: bias [output channels] or none.</summary>
    void Convolution(
        ConvolutionShape shape, TOperand x, TOperand w, TOperand bias, OutputStage stage, TOperand y,
        RandomAddress noise, int slot,
        ChannelPart part = default);

    /// <summary><see cref="ElementwiseKernel.Add"/>.</summary>
    void Add(
        TOperand a, TOperand b, AddStage stage, TOperand y, RandomAddress noise, int slot, Repetition? repetition = null);

    /// <summary><see cref="ElementwiseKernel.Mul"/>.</summary>
    void Mul(
        TOperand a, TOperand b, OutputStage stage, TOperand y, RandomAddress noise, int slot, Repetition? repetition = null);

    /// <summary>y = narrow(scale(x + input offset) + zero point), clamped; y may be x.</summary>
    void Requantize(TOperand x, OutputStage stage, TOperand y, RandomAddress noise, int slot);

    /// <summary>
    /// Puts the rows of x into y, the first from element <paramref name="place"/> on, the others <paramref name="stride"/>
    /// elements apart; requantised unless <paramref name="stage"/> is null.
    /// </summary>
    void Place(TOperand x, int rows, int stride, int place, OutputStage? stage, TOperand y, RandomAddress noise, int slot);

    /// <summary><see cref="ElementwiseKernel.Relu"/>.</summary>
    void Relu(TOperand x, TOperand y, int zeroPoint);

    /// <summary><see cref="TableKernel"/>.</summary>
    void LookUp(LookupTable table, TOperand x, TOperand y);

    /// <summary>Elements in another order, some of them, or some several times.</summary>
    void Gather(Gathering order, TOperand x, TOperand y);

    /// <summary><see cref="SoftmaxKernel"/>.</summary>
    void Softmax(int rows, int depth, TOperand x, SoftmaxStage stage, TOperand y);

    /// <summary><see cref="LayerNormKernel"/>.</summary>
    void LayerNorm(
        int rows, int depth, TOperand x, TOperand gamma, TOperand beta, LayerNormStage stage, TOperand y, RandomAddress noise,
        int slot);

    /// <summary><see cref="PoolKernel.Max"/>.</summary>
    void MaxPool(ConvolutionShape shape, TOperand x, TOperand y, int minimum = int.MinValue, int maximum = int.MaxValue);

    /// <summary><see cref="PoolKernel.Average"/>.</summary>
    void AveragePool(ConvolutionShape shape, TOperand x, TOperand y, int minimum = int.MinValue, int maximum = int.MaxValue);

    /// <summary><see cref="CrossEntropyKernel"/>: labels [rows], int32; loss [1], int64.</summary>
    void CrossEntropy(int rows, int classes, TOperand logits, FixedScale scale, TOperand labels, TOperand loss);

    /// <summary><see cref="PerturbKernel"/> of a part that begins at element <paramref name="first"/> of <paramref
    /// name="whole"/>.</summary>
    void Perturb(TOperand w, PerturbationTerm[] terms, TOperand y, int slot, long first, long whole);

    /// <summary><see cref="StochasticPerturbKernel"/> of a part that begins at element <paramref name="first"/>.</summary>
    void PerturbAtRandom(
        TOperand w, PerturbationTerm[] terms, FixedScale scale, TOperand y, int slot, long first);

    /// <summary><see cref="UpdateKernel"/>: w is changed, and the velocity and the residual, if there are.</summary>
    void Update(TOperand w, PerturbationSource[] sources, int[] signs, FixedScale scale, TOperand velocity, int momentum,
        UpdateForm form = default, TOperand residual = default!);

    /// <summary><see cref="NormKernel"/>.</summary>
    FixedScale NormRatio(TOperand w, PerturbationSource[] sources, int[] signs);

    /// <summary><see cref="GuidedKernel"/>: z, a stored direction, is changed.</summary>
    void Guide(
        TOperand z, RandomAddress address, (int Fresh, int Kept, int Near) factors, PerturbationDistribution distribution,
        bool linearFeedback);
}
