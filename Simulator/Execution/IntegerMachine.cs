using System.Collections.Immutable;
using System.Runtime.InteropServices;
using NpuSim.Accelerators.Kernels;
using NpuSim.Accelerators.Kernels.Elements;
using NpuSim.Accelerators.Kernels.Randomness;
using NpuSim.Accelerators.Kernels.Rows;
using NpuSim.Accelerators.Numerics;
using NpuSim.Simulator.Memory;
using NpuSim.Simulator.Methods;
using NpuSim.Simulator.Planning;
using NpuSim.Workloads.Graphs;
using NpuSim.Workloads.Graphs.Ops;
using NpuSim.Workloads.Tasks;

namespace NpuSim.Simulator.Execution;

/// <summary>
/// Runs plans in integers, to the bit as a profile's numeric policy says. Scales are constants worked out beforehand; while a
/// plan runs nothing passes through floating point, unless the policy says that the hardware itself does so.
/// </summary>
public abstract class IntegerMachine : Machine<byte>
{
    /// <summary>Takes memory for the arena of a step.</summary>
    /// <param name="step">A step in fixed point.</param>
    /// <param name="wholeElements">True: the machine needs every element at a multiple of its size.</param>
    private protected IntegerMachine(Step step, bool wholeElements)
        : base(step, 1, wholeElements)
    {
    }

    /// <summary>What fixed-point arithmetic did so far.</summary>
    public abstract NumericsResult Numerics { get; }

    /// <summary>Accumulations so far whose partial sum left the accumulator.</summary>
    public long Overflowed => Numerics.Layers.Sum(l => l.Overflowed);

    /// <summary>The integers of an input, as the machine stores it: rows for a <see cref="SampleStore{T}"/>.</summary>
    /// <param name="input">Name of the input ("images").</param>
    /// <param name="values">Its values for every sample.</param>
    public abstract byte[] QuantizeInput(string input, ReadOnlySpan<float> values);
}

/// <summary>
/// What every operation computes is decided here; <see cref="IKernels{TOperand}"/> compute it, and those who derive say where
/// tensors lie.
/// </summary>
/// <typeparam name="TOperand">Numbers in the memory that the kernels work on.</typeparam>
public abstract partial class IntegerMachine<TOperand> : IntegerMachine
    where TOperand : allows ref struct
{
    private const int LossBits = 20;
    private const int Uncounted = IKernels<TOperand>.Uncounted;

    private readonly ImmutableArray<TensorScale> scales;
    private readonly TrainingSettings settings;
    private readonly int logits;
    private readonly int firstUpdate;

    private static readonly TrainingSettings Inference = new(1, 0, Decay.None);

    /// <summary>Prepares to run a step.</summary>
    /// <param name="step">A step in fixed point.</param>
    /// <param name="kernels">What computes, with a slot for each operation.</param>
    /// <param name="policy">The accelerator's arithmetic.</param>
    /// <param name="scales">Scale of every tensor of the plan (<see cref="PlanScales"/>).</param>
    /// <param name="settings">Step sizes; null for inference.</param>
    /// <param name="wholeElements">True: the machine needs every element at a multiple of its size.</param>
    protected IntegerMachine(
        Step step, IKernels<TOperand> kernels, NumericPolicy policy, ImmutableArray<TensorScale> scales,
        TrainingSettings? settings, bool wholeElements = false)
        : base(step, wholeElements)
    {
        Plan plan = step.Plan;
        Kernels = kernels;
        (Policy, this.scales, this.settings) = (policy, scales, settings ?? Inference);
        logits = plan.Ops[^1].Output;
        firstUpdate = plan.Ops.FirstOrDefault(o => o.Op is ForwardGradientUpdate)?.Index ?? -1;
    }

    /// <inheritdoc/>
    public override double Loss
    {
        get
        {
            double sum = 0;
            foreach (int loss in Losses)
                sum += ReadLoss(loss);
            return sum / Losses.Length / ((double)Plan.Batch * (1 << CrossEntropyKernel.FractionBits));
        }
    }

    /// <summary>Distances of logits are held to 2²⁰ nats (<see cref="CrossEntropyKernel"/>): what reaches them is no measure of
    /// the loss any more.</summary>
    public override string? FaultOf(double loss) =>
        loss < 0 || loss * Plan.Batch >= 1 << LossBits ? $"the loss is beyond the 2^{LossBits} nats that its format holds" : null;

    /// <inheritdoc/>
    public override NumericsResult Numerics => NumericsOf(Kernels.Tally());

    /// <summary>What computes.</summary>
    protected IKernels<TOperand> Kernels { get; }

    /// <summary>The accelerator's arithmetic.</summary>
    protected NumericPolicy Policy { get; }

    /// <summary>What computes an operation: kernels that round as it does.</summary>
    private protected virtual IKernels<TOperand> KernelsOf(PlannedOp op) => Kernels;

    /// <summary>Directions that were tried, and those of them whose two losses were equal.</summary>
    protected (long All, long Tied) Directions { get; set; }

    private NumericsResult NumericsOf(KernelCounts counts) => new(
        [.. Plan.Ops.Where(o => o is { Op: Perturb { Sign: > 0 }, Direction: 0 } && Plan.Tensors[o.Inputs[0]].First == 0)
            .Select(PerturbationOf).DistinctBy(e => e.Tensor)],
        counts.Updates == 0 ? 0 : (double)counts.RoundedAway / counts.Updates,
        Directions.All == 0 ? 0 : (double)Directions.Tied / Directions.All,
        [.. Plan.Ops.GroupBy(o => o.Name)
            .Select(g => (Layer: g.Key, Count: g.Aggregate(default(OverflowCount), (sum, o) => sum + counts.Overflow[o.Index])))
            .Where(l => l.Count.Accumulations > 0)
            .Select(l => new LayerOverflow(l.Layer, l.Count.Accumulations, l.Count.Overflowed, l.Count.Clipped))]);

    /// <inheritdoc/>
    public override int Predict(int row)
    {
        int classes = (int)(Plan.Tensors[logits].Shape.Count / Plan.Batch); // on whichever axis they lie
        return Plan.Tensors[logits].Format == NumberFormat.Int8
            ? FirstLargest(MemoryMarshal.Cast<byte, sbyte>(Values(logits)).Slice(row * classes, classes))
            : FirstLargest(MemoryMarshal.Cast<byte, short>(Values(logits)).Slice(row * classes, classes));
    }

    /// <inheritdoc/>
    public override byte[] QuantizeInput(string input, ReadOnlySpan<float> values)
    {
        PlanTensor tensor = Plan.Tensors.First(t => t.Role == TensorRole.Input && t.Name == input);
        return FixedWeights.Quantize(values, tensor.Format, tensor.Format == NumberFormat.Int32
            ? new TensorScale(1) : scales[tensor.Id]);
    }

    /// <inheritdoc/>
    protected override Action<StepContext> Compile(PlannedOp op) => op.Op switch
    {
        { IsView: true } => _ => { }
        ,
        Linear => Product(op),
        Conv2d => Convolution(op),
        MatMul matmul => BatchedProduct(op, matmul),
        Add when FormatOf(op.Output) != NumberFormat.Int32 => Elementwise(op),
        Mul => Elementwise(op),
        Relu { Ceiling: double.PositiveInfinity } when KeepsScale(op) => Rectified(op),
        Relu relu => Clamped(op, relu),
        UnaryFunction { HasTable: true } function => Tabulated(op, function),
        Softmax { IsCausal: false } => SoftmaxOf(op),
        Fill { Number: 0 } => Cleared(op),
        Fill fill when scales[op.Output].Step > 0 => Filled(op, fill),
        Accumulate when FormatOf(op.Output) == NumberFormat.Int64 => LossAdded(op),
        LayerNorm norm => Normalize(op, norm),
        Pool pool => PoolOf(op, pool),
        Transpose transpose => Moved(op, Rearrangement.Transposed(ShapeOf(op.Inputs[0]), [.. transpose.Permutation])),
        Slice slice => Moved(op, Rearrangement.Sliced(ShapeOf(op.Inputs[0]), slice.Axis, slice.Start, slice.Length)),
        Broadcast broadcast => Moved(op, Rearrangement.Broadcast(ShapeOf(op.Inputs[0]), broadcast.Target)),
        Concat concat => Join(op, concat),
        CrossEntropy => LossOf(op),
        Requantize => Requantized(op),
        Decode decode => Decoded(op, decode),
        Perturb perturb => PerturbWeights(op, perturb),
        GuideDirection guide => Guide(op, guide),
        KernelNorm norm => Norm(op, norm),
        ForwardGradientUpdate update => Update(op, update),
        _ => Backward(op) ?? throw new InvalidOperationException(
            $"'{op.Name}' ({op.Op.Name}) is in the repertoire and has no kernel."),
    };

    /// <summary>A tensor that is read, where the kernels work.</summary>
    protected abstract TOperand At(int tensor);

    /// <summary>A tensor that is written.</summary>
    protected virtual TOperand Out(int tensor) => At(tensor);

    /// <summary>An operation of a backward pass; null where the machine has no kernel for it.</summary>
    private protected abstract Action<StepContext>? Backward(PlannedOp op);

    /// <summary>
    /// Storage on the host of a tensor that stays from step to step, all of it where an operation reads a part.
    /// </summary>
    protected abstract byte[] State(int tensor);

    private protected TOperand In(PlannedOp op, int input) => At(op.Inputs[input]);

    private protected TOperand Out(PlannedOp op) => Out(op.Output);

    private TOperand Bias(PlannedOp op) => op.Inputs.Length > 2 ? In(op, 2) : default!;

    private Action<StepContext> Rectified(PlannedOp op) =>
        _ => KernelsOf(op).Relu(In(op, 0), Out(op), scales[op.Output].ZeroPoint);

    /// <summary>What the integers of a tensor stand for.</summary>
    protected TensorScale ScaleOf(int tensor) => scales[tensor];

    /// <summary>Shape of a tensor.</summary>
    protected Shape ShapeOf(int tensor) => Plan.Tensors[tensor].Shape;

    private Action<StepContext> Moved(PlannedOp op, Gathering order) =>
        Rescaled(op, _ => KernelsOf(op).Gather(order, In(op, 0), Out(op)));

    // The same integers, then in the result's scale where a quantised network has another there.
    private protected Action<StepContext> Rescaled(PlannedOp op, Action<StepContext> keep)
    {
        if (KeepsScale(op))
            return keep;
        OutputStage stage = Stage(op, Step(op.Inputs[0]) / Step(op.Output));
        return context =>
        {
            keep(context);
            KernelsOf(op).Requantize(At(op.Output), stage, Out(op), Noise(context, op), op.Index);
        };
    }

    private bool KeepsScale(PlannedOp op) =>
        Step(op.Inputs[0]) == Step(op.Output) && scales[op.Inputs[0]].ZeroPoint == scales[op.Output].ZeroPoint;

    private NumberFormat FormatOf(int tensor) => Plan.Tensors[tensor].Format;

    private protected override double Step(int tensor) => scales[tensor].Step;

    // Random numbers of stochastic rounding: a stream of its own per operation, micro-batch and step.
    private protected RandomAddress Noise(StepContext context, PlannedOp op) =>
        new(context.Seed, context.Step, (uint)op.Direction, (uint)(op.Index + (context.Round * Plan.Ops.Length)))
        {
            DroppedBits = DroppedBits(op),
        };

    private int DroppedBits(PlannedOp op) => 32 - (op.RandomBits > 0 ? op.RandomBits : Policy.RandomBits);
}
