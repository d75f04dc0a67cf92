using NpuSim.Accelerators.Kernels;
using NpuSim.Accelerators.Kernels.Elements;
using NpuSim.Accelerators.Kernels.Products;
using NpuSim.Accelerators.Kernels.Randomness;
using NpuSim.Accelerators.Kernels.Rows;
using NpuSim.Accelerators.Numerics;
using NpuSim.Simulator.Planning;

namespace NpuSim.Simulator.Execution;

/// <content>
/// What a machine computes with: operands are the operation's inputs, the result its output. Operations of accumulators count
/// what overflows.
/// </content>
public abstract partial class IntegerMachine
{
    /// <summary>Counts of everything run so far.</summary>
    protected abstract MachineCounts Tally();

    /// <summary><see cref="LinearKernel"/>: inputs, weights and bias, if there is a third input.</summary>
    protected abstract void Multiply(PlannedOp op, int m, int n, int k, OutputStage stage, RandomAddress noise);

    /// <summary><see cref="MatMulKernel"/>.</summary>
    protected abstract void Multiply(
        PlannedOp op, int batch, int m, int n, int k, bool transposeA, bool transposeB, OutputStage stage, RandomAddress noise);

    /// <summary><see cref="ConvolutionKernel"/>: inputs, weights and bias, if there is a third input.</summary>
    protected abstract void Convolve(PlannedOp op, ConvolutionShape shape, OutputStage stage, RandomAddress noise);

    /// <summary><see cref="ElementwiseKernel.Add"/>.</summary>
    protected abstract void AddElements(PlannedOp op, AddStage stage, RandomAddress noise);

    /// <summary><see cref="ElementwiseKernel.Mul"/>.</summary>
    protected abstract void MultiplyElements(PlannedOp op, OutputStage stage, RandomAddress noise);

    /// <summary><see cref="ElementwiseKernel.Relu"/>.</summary>
    protected abstract void Rectify(PlannedOp op, int zeroPoint);

    /// <summary>Requantises a tensor, which may be the result itself; what is clipped may count like that of a layer.</summary>
    protected abstract void Rescale(PlannedOp op, int tensor, OutputStage stage, RandomAddress noise, bool isCounted);

    /// <summary>
    /// Puts the rows of an operand into the result, the first from element <paramref name="place"/> on, the others
    /// <paramref name="stride"/> elements apart; requantised unless <paramref name="stage"/> is null.
    /// </summary>
    protected abstract void Place(PlannedOp op, int input, int rows, int stride, int place, OutputStage? stage, RandomAddress noise);

    /// <summary><see cref="TableKernel"/>.</summary>
    protected abstract void LookUp(PlannedOp op, LookupTable table);

    /// <summary><see cref="SoftmaxKernel"/>.</summary>
    protected abstract void Soften(PlannedOp op, int rows, int depth, SoftmaxStage stage);

    /// <summary><see cref="LayerNormKernel"/>: inputs, γ and β.</summary>
    protected abstract void Normalize(PlannedOp op, int rows, int depth, LayerNormStage stage, RandomAddress noise);

    /// <summary><see cref="PoolKernel.Max"/>.</summary>
    protected abstract void MaxPool(PlannedOp op, ConvolutionShape shape, int least, int greatest);

    /// <summary><see cref="PoolKernel.Average"/>.</summary>
    protected abstract void AveragePool(PlannedOp op, ConvolutionShape shape, int least, int greatest);

    /// <summary>Elements in another order, some of them, or some several times.</summary>
    private protected abstract void Move(PlannedOp op, Rearrangement order);

    /// <summary><see cref="CrossEntropyKernel"/>: logits and labels; the loss is 64 bits wide.</summary>
    protected abstract void Lose(PlannedOp op, int rows, int classes, FixedScale scale);

    /// <summary><see cref="PerturbKernel"/> of the first input, which begins at element <paramref name="first"/> of its weight.</summary>
    protected abstract void PerturbWeights(PlannedOp op, PerturbationTerm[] terms, int first);

    /// <summary><see cref="UpdateKernel"/>: the output is changed, and the velocity, if there is one.</summary>
    protected abstract void UpdateWeights(
        PlannedOp op, PerturbationSource[] sources, int[] signs, FixedScale scale, int? velocity, int momentum);

    /// <summary><see cref="GuidedKernel"/>: the output, a stored direction, is changed.</summary>
    protected abstract void SteerDirection(
        PlannedOp op, RandomAddress address, (int Fresh, int Kept, int Near) factors, PerturbationDistribution distribution, bool linearFeedback);

    /// <summary><see cref="NormKernel"/> of the first input.</summary>
    protected abstract FixedScale NormRatio(PlannedOp op, PerturbationSource[] sources, int[] signs);

    /// <summary>An operation of a backward pass; null where the machine has no kernel for it.</summary>
    private protected abstract Action<StepContext>? Backward(PlannedOp op);

    /// <summary>Storage on the host of a tensor that stays from step to step, all of it where an operation reads a part.</summary>
    protected abstract byte[] State(int tensor);
}
