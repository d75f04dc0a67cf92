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
/// Runs plans in integers, to the bit as a profile's numeric policy says. Scales are constants worked out beforehand; while a plan
/// runs nothing passes through floating point, unless the policy says that the hardware itself does so. What every operation computes
/// is decided here, where it is computed by those who derive: the processor or a device.
/// </summary>
public abstract partial class IntegerMachine : Machine<byte>
{
    private const int LossBits = 20;

    private readonly ImmutableArray<TensorScale> scales;
    private readonly TrainingSettings settings;
    private readonly int[] losses;
    private readonly int logits;
    private readonly int firstUpdate;

    private static readonly TrainingSettings Inference = new(1, 0, Decay.None);

    /// <summary>Prepares to run a step.</summary>
    /// <param name="step">A step in fixed point.</param>
    /// <param name="policy">The accelerator's arithmetic.</param>
    /// <param name="scales">Scale of every tensor of the plan (<see cref="PlanScales"/>).</param>
    /// <param name="settings">Step sizes; null for inference.</param>
    /// <param name="wholeElements">True: the machine needs every element at a multiple of its size.</param>
    protected IntegerMachine(
        Step step, NumericPolicy policy, ImmutableArray<TensorScale> scales, TrainingSettings? settings,
        bool wholeElements = false)
        : base(step, 1, wholeElements)
    {
        Plan plan = step.Plan;
        (Policy, this.scales, this.settings) = (policy, scales, settings ?? Inference);
        losses = [.. plan.Ops.Where(o => o.Op is CrossEntropy).Select(o => o.Output)];
        logits = plan.Ops[^1].Output;
        firstUpdate = plan.Ops.FirstOrDefault(o => o.Op is ForwardGradientUpdate)?.Index ?? -1;
    }

    /// <inheritdoc/>
    public override double Loss => losses.Average(l => ReadLoss(l)) / ((double)Plan.Batch * (1 << CrossEntropyKernel.FractionBits));

    /// <summary>Distances of logits are held to 2²⁰ nats (<see cref="CrossEntropyKernel"/>): what reaches them is no measure of the loss any more.</summary>
    public override string? FaultOf(double loss) =>
        loss < 0 || loss * Plan.Batch >= 1 << LossBits ? $"the loss is beyond the 2^{LossBits} nats that its format holds" : null;

    /// <summary>What fixed-point arithmetic did so far.</summary>
    public NumericsResult Numerics => NumericsOf(Tally());

    /// <summary>The accelerator's arithmetic.</summary>
    protected NumericPolicy Policy { get; }

    /// <summary>Directions that were tried, and those of them whose two losses were equal.</summary>
    protected (long All, long Tied) Directions { get; set; }

    private NumericsResult NumericsOf(MachineCounts counts) => new(
        [.. Plan.Ops.Where(o => o is { Op: Perturb { Sign: > 0 }, Direction: 0 } && Plan.Tensors[o.Inputs[0]].First == 0).Select(PerturbationOf).DistinctBy(e => e.Tensor)],
        counts.Updates == 0 ? 0 : (double)counts.RoundedAway / counts.Updates,
        Directions.All == 0 ? 0 : (double)Directions.Tied / Directions.All,
        [.. Plan.Ops.GroupBy(o => o.Name).Select(g => (Layer: g.Key, Count: g.Aggregate(default(OverflowCount), (sum, o) => sum + counts.Overflow[o.Index])))
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

    /// <summary>The integers of an input, as the machine stores it: rows for a <see cref="SampleStore{T}"/>.</summary>
    /// <param name="input">Name of the input ("images").</param>
    /// <param name="values">Its values for every sample.</param>
    public byte[] QuantizeInput(string input, ReadOnlySpan<float> values)
    {
        PlanTensor tensor = Plan.Tensors.First(t => t.Role == TensorRole.Input && t.Name == input);
        return FixedWeights.Quantize(values, tensor.Format, tensor.Format == NumberFormat.Int32 ? new TensorScale(1) : scales[tensor.Id]);
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
        Relu { Ceiling: double.PositiveInfinity } when KeepsScale(op) => _ => Rectify(op, scales[op.Output].ZeroPoint),
        Relu relu => Clamped(op, relu),
        Gelu => Tabulated(op, TableKernel.Gelu),
        Curve { HasTable: true } curve => Tabulated(op, curve.Value),
        Softmax => SoftmaxOf(op),
        Fill fill when scales[op.Output].Step > 0 => Filled(op, fill),
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
        _ => Backward(op) ?? throw new InvalidOperationException($"'{op.Name}' ({op.Op.Name}) is in the repertoire and has no kernel."),
    };

    /// <summary>What the integers of a tensor stand for.</summary>
    protected TensorScale ScaleOf(int tensor) => scales[tensor];

    /// <summary>Shape of a tensor.</summary>
    protected Shape ShapeOf(int tensor) => Plan.Tensors[tensor].Shape;

    private Action<StepContext> Moved(PlannedOp op, Rearrangement order) => Rescaled(op, _ => Move(op, order));

    // The same integers, then in the result's scale where a quantised network has another there.
    private Action<StepContext> Rescaled(PlannedOp op, Action<StepContext> keep)
    {
        if (KeepsScale(op))
            return keep;
        OutputStage stage = Stage(op, Step(op.Inputs[0]) / Step(op.Output));
        return context =>
        {
            keep(context);
            Rescale(op, op.Output, stage, Noise(context, op), isCounted: true);
        };
    }

    private bool KeepsScale(PlannedOp op) =>
        Step(op.Inputs[0]) == Step(op.Output) && scales[op.Inputs[0]].ZeroPoint == scales[op.Output].ZeroPoint;

    private NumberFormat FormatOf(int tensor) => Plan.Tensors[tensor].Format;

    private protected override double Step(int tensor) => scales[tensor].Step;

    // Random numbers of stochastic rounding: a stream of its own per operation and step.
    private protected static RandomAddress Noise(StepContext context, PlannedOp op) => new(context.Seed, context.Step, (uint)op.Direction, (uint)op.Index);
}
