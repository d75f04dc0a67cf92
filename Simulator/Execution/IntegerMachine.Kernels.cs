using NpuSim.Accelerators.Kernels;
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
    protected abstract MachineCounts Counts();

    /// <summary><see cref="LinearKernel"/>: inputs, weights and bias, if there is a third input.</summary>
    protected abstract void Multiply(PlannedOp op, int m, int n, int k, OutputStage stage, RandomAddress noise);

    /// <summary><see cref="MatMulKernel"/>.</summary>
    protected abstract void Multiply(
        PlannedOp op, int batch, int m, int n, int k, bool transposeB, OutputStage stage, RandomAddress noise);

    /// <summary><see cref="ConvolutionKernel"/>: inputs, weights and bias, if there is a third input.</summary>
    protected abstract void Convolve(PlannedOp op, ConvolutionShape shape, OutputStage stage, RandomAddress noise);

    /// <summary><see cref="ElementwiseKernel.Add"/>.</summary>
    protected abstract void AddElements(PlannedOp op, AddStage stage, RandomAddress noise);

    /// <summary><see cref="ElementwiseKernel.Mul"/>.</summary>
    protected abstract void MultiplyElements(PlannedOp op, OutputStage stage, RandomAddress noise);

    /// <summary><see cref="ElementwiseKernel.Relu"/>.</summary>
    protected abstract void Rectify(PlannedOp op);

    /// <summary><see cref="ElementwiseKernel.Requantize(Operand, OutputStage, Operand, NumericPolicy, RandomAddress)"/>.</summary>
    protected abstract void Rescale(PlannedOp op, OutputStage stage, RandomAddress noise);

    /// <summary><see cref="TableKernel"/>.</summary>
    protected abstract void LookUp(PlannedOp op, LookupTable table);

    /// <summary><see cref="SoftmaxKernel"/>.</summary>
    protected abstract void Soften(PlannedOp op, int rows, int depth, SoftmaxStage stage);

    /// <summary><see cref="LayerNormKernel"/>: inputs, γ and β.</summary>
    protected abstract void Normalize(PlannedOp op, int rows, int depth, LayerNormStage stage, RandomAddress noise);

    /// <summary><see cref="PoolKernel.Max"/>.</summary>
    protected abstract void MaxPool(PlannedOp op, ConvolutionShape shape);

    /// <summary><see cref="PoolKernel.Average"/>.</summary>
    protected abstract void AveragePool(PlannedOp op, ConvolutionShape shape);

    /// <summary>y[i] = x[sources[i]].</summary>
    protected abstract void Gather(PlannedOp op, int[] sources);

    /// <summary><see cref="CrossEntropyKernel"/>: logits and labels; the loss is 64 bits wide.</summary>
    protected abstract void Lose(PlannedOp op, int rows, int classes, FixedScale scale);

    /// <summary><see cref="PerturbKernel"/>.</summary>
    protected abstract void PerturbWeights(PlannedOp op, RandomAddress address, int sign, int epsilonSteps);

    /// <summary><see cref="UpdateKernel"/>: the output is changed, the direction of the address is each sign's.</summary>
    protected abstract void UpdateWeights(PlannedOp op, RandomAddress address, int[] signs, FixedScale scale);
}
