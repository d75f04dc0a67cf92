using System.Collections.Immutable;
using System.Runtime.InteropServices;
using NpuSim.Accelerators.Kernels;
using NpuSim.Accelerators.Kernels.Elements;
using NpuSim.Accelerators.Kernels.Products;
using NpuSim.Accelerators.Kernels.Randomness;
using NpuSim.Accelerators.Kernels.Rows;
using NpuSim.Accelerators.Numerics;
using NpuSim.Simulator.Memory;
using NpuSim.Simulator.Methods;
using NpuSim.Simulator.Planning;

namespace NpuSim.Simulator.Execution;

/// <summary>Runs plans in integers on the processor.</summary>
public sealed partial class FixedPointMachine : IntegerMachine
{
    private readonly FixedWeights weights;
    private OverflowCount[] overflow;
    private long updates, roundedAway;

    /// <summary>Prepares to run a step.</summary>
    /// <param name="step">A step in fixed point.</param>
    /// <param name="policy">The accelerator's arithmetic.</param>
    /// <param name="weights">Weights, shared with other machines of the run and changed by updates.</param>
    /// <param name="ranges">Largest magnitude of every graph value, by id (<see cref="Calibration"/>).</param>
    /// <param name="settings">Step sizes; null for inference.</param>
    public FixedPointMachine(
        Step step, NumericPolicy policy, FixedWeights weights, IReadOnlyDictionary<int, double> ranges,
        TrainingSettings? settings = null)
        : this(step, policy, weights, PlanScales.Of(step.Plan, ranges), settings)
    {
    }

    /// <summary>Prepares to run a step whose scales are known.</summary>
    /// <param name="step">A step in fixed point.</param>
    /// <param name="policy">The accelerator's arithmetic.</param>
    /// <param name="weights">Weights, shared with other machines of the run and changed by updates.</param>
    /// <param name="scales">Scale of every tensor of the plan (<see cref="PlanScales"/>).</param>
    /// <param name="settings">Step sizes; null for inference.</param>
    public FixedPointMachine(
        Step step, NumericPolicy policy, FixedWeights weights, ImmutableArray<TensorScale> scales,
        TrainingSettings? settings = null)
        : base(step, policy, scales, settings)
    {
        this.weights = weights;
        overflow = new OverflowCount[Plan.Ops.Length];
        ChooseWeights(weights);
    }

    /// <summary>What a weight or another tensor that stays from step to step holds now.</summary>
    /// <param name="name">Its name in the plan.</param>
    public ReadOnlySpan<byte> Persistent(string name)
    {
        PlanTensor tensor = Plan.Tensors.First(t => t.IsPersistent && t.Name == name);
        return weights.Of(tensor, ScaleOf(tensor.Id));
    }

    /// <inheritdoc/>
    protected override MachineCounts Tally() => new(overflow, updates, roundedAway);

    /// <inheritdoc/>
    protected override void Recount(MachineCounts counts) =>
        (overflow, updates, roundedAway) = ([.. counts.Overflow], counts.Updates, counts.RoundedAway);

    /// <inheritdoc/>
    private protected override ReadOnlySpan<byte> Load(PlanTensor tensor) => weights.Of(tensor, ScaleOf(tensor.Id));

    /// <inheritdoc/>
    private protected override void Store(PlanTensor tensor, ReadOnlySpan<byte> data) => data.CopyTo(weights.Of(tensor, ScaleOf(tensor.Id)));

    /// <inheritdoc/>
    protected override void Multiply(PlannedOp op, int m, int n, int k, OutputStage stage, RandomAddress noise)
    {
        (int y, ChannelPart part) = Destination(op);
        Count(op, LinearKernel.Run(new(m, n, k), In(op, 0), In(op, 1), Bias(op), stage, At(y), Policy, noise, part));
    }

    /// <inheritdoc/>
    protected override void Multiply(
        PlannedOp op, int batch, int m, int n, int k, bool transposeA, bool transposeB, OutputStage stage, RandomAddress noise) =>
        Count(op, MatMulKernel.Run(new(m, n, k, batch, TransposeA: transposeA, TransposeB: transposeB), In(op, 0), In(op, 1), stage, Out(op), Policy, noise));

    /// <inheritdoc/>
    protected override void Convolve(PlannedOp op, ConvolutionShape shape, OutputStage stage, RandomAddress noise)
    {
        (int y, ChannelPart part) = Destination(op);
        Count(op, ConvolutionKernel.Run(shape, In(op, 0), In(op, 1), Bias(op), stage, At(y), Policy, noise, part));
    }

    /// <inheritdoc/>
    protected override void AddElements(PlannedOp op, AddStage stage, RandomAddress noise) =>
        Count(op, ElementwiseKernel.Add(In(op, 0), In(op, 1), stage, Out(op), Policy, noise));

    /// <inheritdoc/>
    protected override void MultiplyElements(PlannedOp op, OutputStage stage, RandomAddress noise) =>
        Count(op, ElementwiseKernel.Mul(In(op, 0), In(op, 1), stage, Out(op), Policy, noise));

    /// <inheritdoc/>
    protected override void Rectify(PlannedOp op, int zeroPoint) => ElementwiseKernel.Relu(In(op, 0), Out(op), zeroPoint);

    /// <inheritdoc/>
    protected override void Rescale(PlannedOp op, int tensor, OutputStage stage, RandomAddress noise, bool isCounted)
    {
        OverflowCount count = ElementwiseKernel.Requantize(At(tensor), stage, Out(op), Policy, noise);
        if (isCounted)
            Count(op, count);
    }

    /// <inheritdoc/>
    protected override void Place(PlannedOp op, int input, int rows, int stride, int place, OutputStage? stage, RandomAddress noise)
    {
        Operand x = In(op, input), y = Out(op);
        int size = x.Format.Bits() / 8, length = (int)ShapeOf(op.Inputs[input]).Count / rows;
        for (int row = 0; row < rows; row++)
        {
            Operand part = new(x.Bytes.Slice(row * length * size, length * size), x.Format);
            int start = (row * stride) + place;
            if (stage is null)
                part.Bytes.CopyTo(y.Bytes[(start * size)..]);
            else
                ElementwiseKernel.Requantize(part, stage, y, Policy, noise, start);
        }
    }

    /// <inheritdoc/>
    protected override void LookUp(PlannedOp op, LookupTable table) => TableKernel.Run(table, In(op, 0), Out(op));

    /// <inheritdoc/>
    protected override void Soften(PlannedOp op, int rows, int depth, SoftmaxStage stage) =>
        SoftmaxKernel.Run(rows, depth, In(op, 0), stage, Out(op));

    /// <inheritdoc/>
    protected override void Normalize(PlannedOp op, int rows, int depth, LayerNormStage stage, RandomAddress noise) =>
        LayerNormKernel.Run(rows, depth, In(op, 0), In(op, 1), In(op, 2), stage, Out(op), Policy, noise);

    /// <inheritdoc/>
    protected override void MaxPool(PlannedOp op, ConvolutionShape shape, int least, int greatest) =>
        PoolKernel.Max(shape, In(op, 0), Out(op), least, greatest);

    /// <inheritdoc/>
    protected override void AveragePool(PlannedOp op, ConvolutionShape shape, int least, int greatest) =>
        PoolKernel.Average(shape, In(op, 0), Out(op), least, greatest);

    /// <inheritdoc/>
    private protected override void Move(PlannedOp op, Rearrangement order) =>
        order.Copy(In(op, 0).Bytes, Out(op).Bytes, Out(op).Format.Bits() / 8);

    /// <inheritdoc/>
    protected override void Lose(PlannedOp op, int rows, int classes, FixedScale scale) => MemoryMarshal.Write(
        Scratch(op.Output), CrossEntropyKernel.Run(rows, classes, In(op, 0), scale, In(op, 1).As<int>(), Policy));

    /// <inheritdoc/>
    protected override void PerturbWeights(PlannedOp op, PerturbationTerm[] terms, int first) =>
        PerturbKernel.Run(In(op, 0), terms, Out(op), Policy, first: first);

    /// <inheritdoc/>
    protected override void UpdateWeights(
        PlannedOp op, PerturbationSource[] sources, int[] signs, FixedScale scale, int? velocity, int momentum)
    {
        Span<short> running = velocity is int v ? MemoryMarshal.Cast<byte, short>(State(v).AsSpan()) : default;
        (long changed, long lost) = UpdateKernel.Run(Out(op), sources, signs, scale, Policy, running, momentum);
        updates += changed + lost;
        roundedAway += lost;
    }

    /// <inheritdoc/>
    protected override void SteerDirection(
        PlannedOp op, RandomAddress address, (int Fresh, int Kept, int Near) factors, PerturbationDistribution distribution, bool linearFeedback) =>
        GuidedKernel.Run(MemoryMarshal.Cast<byte, sbyte>(State(op.Output).AsSpan()), address, factors, distribution, linearFeedback);

    /// <inheritdoc/>
    protected override FixedScale NormRatio(PlannedOp op, PerturbationSource[] sources, int[] signs) =>
        NormKernel.Run(In(op, 0), sources, signs, Policy);

    /// <inheritdoc/>
    protected override byte[] State(int tensor) => weights.Of(Plan.Owner(tensor), default);

    /// <inheritdoc/>
    private protected override Action<StepContext> Decoded(PlannedOp op, Decode decode)
    {
        byte[] mask = decode.Mask(op.Inputs) is int m ? State(m) : [], indices = decode.Indices(op.Inputs) is int i ? State(i) : [];
        PlanTensor owner = Plan.Owner(Decode.Values(op.Inputs));
        byte[] values = weights.Of(owner, ScaleOf(owner.Id));
        return owner.Format == NumberFormat.Int16
            ? _ => DecodeKernel.Run<short>(mask, indices, decode.Form.IndexBits, MemoryMarshal.Cast<byte, short>(values), decode.First, MemoryMarshal.Cast<byte, short>(Scratch(op.Output)))
            : _ => DecodeKernel.Run<byte>(mask, indices, decode.Form.IndexBits, values, decode.First, Scratch(op.Output)); // 4-bit numbers are held one to a byte
    }

    private void Count(PlannedOp op, OverflowCount count) => overflow[op.Index] += count;

    private Operand In(PlannedOp op, int input) => At(op.Inputs[input]);

    private Operand Out(PlannedOp op) => At(op.Output);

    private ReadOnlySpan<int> Bias(PlannedOp op) => op.Inputs.Length > 2 ? In(op, 2).As<int>() : [];

    private Operand At(int tensor)
    {
        PlanTensor t = Plan.Tensors[tensor];
        if (!t.IsPersistent)
            return new Operand(Scratch(tensor), t.Format == NumberFormat.Bit ? NumberFormat.Int8 : t.Format);
        PlanTensor owner = Plan.Owner(tensor);
        int size = Math.Max(8, t.Format.Bits()) / 8; // 4-bit numbers are held one to a byte
        return new Operand(weights.Of(owner, ScaleOf(owner.Id)).AsSpan(t.First * size, (int)t.Shape.Count * size), t.Format);
    }
}
