using System.Runtime.InteropServices;
using NpuSim.Accelerators.Kernels;
using NpuSim.Accelerators.Numerics;
using NpuSim.Simulator.Planning;
using NpuSim.Simulator.Training;

namespace NpuSim.Simulator.Execution;

/// <summary>Runs plans in integers on the processor.</summary>
public sealed class FixedPointMachine : IntegerMachine
{
    private readonly FixedWeights weights;
    private readonly OverflowCount[] overflow;
    private long updates, roundedAway;

    /// <summary>Prepares to run a plan.</summary>
    /// <param name="plan">A plan in fixed point.</param>
    /// <param name="policy">The accelerator's arithmetic.</param>
    /// <param name="weights">Weights, shared with other machines of the run and changed by updates.</param>
    /// <param name="ranges">Largest magnitude of every graph value, by id (<see cref="Calibration"/>).</param>
    /// <param name="settings">Step sizes; null for inference.</param>
    public FixedPointMachine(
        Plan plan, NumericPolicy policy, FixedWeights weights, IReadOnlyDictionary<int, double> ranges, TrainingSettings? settings = null)
        : base(plan, policy, ranges, settings)
    {
        this.weights = weights;
        overflow = new OverflowCount[plan.Ops.Length];
    }

    /// <inheritdoc/>
    protected override MachineCounts Counts() => new(overflow, updates, roundedAway);

    /// <inheritdoc/>
    protected override void Multiply(PlannedOp op, int m, int n, int k, OutputStage stage, RandomAddress noise) =>
        Count(op, LinearKernel.Run(m, n, k, In(op, 0), In(op, 1), Bias(op), stage, Out(op), Policy, noise));

    /// <inheritdoc/>
    protected override void Multiply(PlannedOp op, int batch, int m, int n, int k, bool transposeB, OutputStage stage, RandomAddress noise) =>
        Count(op, MatMulKernel.Run(batch, m, n, k, transposeB, In(op, 0), In(op, 1), stage, Out(op), Policy, noise));

    /// <inheritdoc/>
    protected override void Convolve(PlannedOp op, ConvolutionShape shape, OutputStage stage, RandomAddress noise) =>
        Count(op, ConvolutionKernel.Run(shape, In(op, 0), In(op, 1), Bias(op), stage, Out(op), Policy, noise));

    /// <inheritdoc/>
    protected override void AddElements(PlannedOp op, AddStage stage, RandomAddress noise) =>
        Count(op, ElementwiseKernel.Add(In(op, 0), In(op, 1), stage, Out(op), Policy, noise));

    /// <inheritdoc/>
    protected override void MultiplyElements(PlannedOp op, OutputStage stage, RandomAddress noise) =>
        Count(op, ElementwiseKernel.Mul(In(op, 0), In(op, 1), stage, Out(op), Policy, noise));

    /// <inheritdoc/>
    protected override void Rectify(PlannedOp op) => ElementwiseKernel.Relu(In(op, 0), Out(op));

    /// <inheritdoc/>
    protected override void Rescale(PlannedOp op, OutputStage stage, RandomAddress noise) =>
        ElementwiseKernel.Requantize(In(op, 0), stage, Out(op), Policy, noise);

    /// <inheritdoc/>
    protected override void LookUp(PlannedOp op, LookupTable table) => TableKernel.Run(table, In(op, 0), Out(op));

    /// <inheritdoc/>
    protected override void Soften(PlannedOp op, int rows, int depth, SoftmaxStage stage) =>
        SoftmaxKernel.Run(rows, depth, In(op, 0), stage, Out(op));

    /// <inheritdoc/>
    protected override void Normalize(PlannedOp op, int rows, int depth, LayerNormStage stage, RandomAddress noise) =>
        LayerNormKernel.Run(rows, depth, In(op, 0), In(op, 1), In(op, 2), stage, Out(op), Policy, noise);

    /// <inheritdoc/>
    protected override void MaxPool(PlannedOp op, ConvolutionShape shape) => PoolKernel.Max(shape, In(op, 0), Out(op));

    /// <inheritdoc/>
    protected override void AveragePool(PlannedOp op, ConvolutionShape shape) => PoolKernel.Average(shape, In(op, 0), Out(op));

    /// <inheritdoc/>
    protected override void Gather(PlannedOp op, int[] sources)
    {
        if (Out(op).Format == NumberFormat.Int16)
            Permutation.Gather(sources, In(op, 0).As<short>(), Out(op).As<short>());
        else
            Permutation.Gather<byte>(sources, In(op, 0).Bytes, Out(op).Bytes);
    }

    /// <inheritdoc/>
    protected override void Lose(PlannedOp op, int rows, int classes, FixedScale scale) => MemoryMarshal.Write(
        Scratch(op.Output), CrossEntropyKernel.Run(rows, classes, In(op, 0), scale, In(op, 1).As<int>(), Policy));

    /// <inheritdoc/>
    protected override void PerturbWeights(PlannedOp op, RandomAddress address, int sign, int epsilonSteps) =>
        PerturbKernel.Run(In(op, 0), address, sign, epsilonSteps, Out(op), Policy);

    /// <inheritdoc/>
    protected override void UpdateWeights(PlannedOp op, RandomAddress address, int[] signs, FixedScale scale)
    {
        (long changed, long lost) = UpdateKernel.Run(Out(op), address.Seed, address.Step, address.Tensor, signs, scale, Policy);
        updates += changed + lost;
        roundedAway += lost;
    }

    private void Count(PlannedOp op, OverflowCount count) => overflow[op.Index] += count;

    private Operand In(PlannedOp op, int input) => At(op.Inputs[input]);

    private Operand Out(PlannedOp op) => At(op.Output);

    private ReadOnlySpan<int> Bias(PlannedOp op) => op.Inputs.Length > 2 ? In(op, 2).As<int>() : [];

    private Operand At(int tensor)
    {
        PlanTensor t = Plan.Tensors[tensor];
        return new Operand(t.IsPersistent ? weights.Of(t, ScaleOf(tensor)) : Scratch(tensor), t.Format);
    }
}
