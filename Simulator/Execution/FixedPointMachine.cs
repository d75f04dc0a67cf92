using System.Collections.Immutable;
using System.Runtime.InteropServices;
using NpuSim.Accelerators.Kernels;
using NpuSim.Accelerators.Numerics;
using NpuSim.Simulator.Planning;
using NpuSim.Simulator.Studies;
using NpuSim.Simulator.Training;
using NpuSim.Workloads.Graphs;
using NpuSim.Workloads.Graphs.Ops;
using NpuSim.Workloads.Tasks;

namespace NpuSim.Simulator.Execution;

/// <summary>
/// Runs plans in integers, to the bit as a profile's numeric policy says. Scales are constants worked out beforehand; while a plan
/// runs nothing passes through floating point, unless the policy says that the hardware itself does so.
/// </summary>
public sealed partial class FixedPointMachine : Machine<byte>
{
    private readonly NumericPolicy policy;
    private readonly FixedWeights weights;
    private readonly ImmutableArray<TensorScale> scales;
    private readonly TrainingSettings settings;
    private readonly OverflowCount[] overflow;
    private readonly int[] losses;
    private readonly int logits;
    private readonly int firstUpdate;
    private long updates, roundedAway, directions, ties;

    private static readonly TrainingSettings Inference = new(1, 0, Decay.None);

    /// <summary>Prepares to run a plan.</summary>
    /// <param name="plan">A plan in fixed point.</param>
    /// <param name="policy">The accelerator's arithmetic.</param>
    /// <param name="weights">Weights, shared with other machines of the run and changed by updates.</param>
    /// <param name="ranges">Largest magnitude of every graph value, by id (<see cref="Calibration"/>).</param>
    /// <param name="settings">Step sizes; null for inference.</param>
    public FixedPointMachine(
        Plan plan, NumericPolicy policy, FixedWeights weights, IReadOnlyDictionary<int, double> ranges,
        TrainingSettings? settings = null)
        : base(plan, 1)
    {
        (this.policy, this.weights, this.settings) = (policy, weights, settings ?? Inference);
        scales = PlanScales.Of(plan, ranges);
        overflow = new OverflowCount[plan.Ops.Length];
        losses = [.. plan.Ops.Where(o => o.Op is CrossEntropy).Select(o => o.Output)];
        logits = plan.Ops[^1].Output;
        firstUpdate = plan.Ops.FirstOrDefault(o => o.Op is ForwardGradientUpdate)?.Index ?? -1;
    }

    /// <inheritdoc/>
    public override double Loss => losses.Average(l => ReadLoss(l)) / ((double)Plan.Batch * (1 << CrossEntropyKernel.FractionBits));

    /// <summary>What fixed-point arithmetic did so far.</summary>
    public NumericsResult Numerics => new(
        [.. Plan.Ops.Where(o => o is { Op: Perturb { Sign: > 0 }, Direction: 0 } && Plan.Tensors[o.Inputs[0]].First == 0).Select(PerturbationOf)],
        updates == 0 ? 0 : (double)roundedAway / updates,
        directions == 0 ? 0 : (double)ties / directions,
        [.. Plan.Ops.GroupBy(o => o.Name).Select(g => (Layer: g.Key, Count: g.Aggregate(default(OverflowCount), (sum, o) => sum + overflow[o.Index])))
            .Where(l => l.Count.Accumulations > 0)
            .Select(l => new LayerOverflow(l.Layer, l.Count.Accumulations, l.Count.Overflowed, l.Count.Clipped))]);

    /// <inheritdoc/>
    public override int Predict(int row)
    {
        int classes = Plan.Tensors[logits].Shape[^1];
        ReadOnlySpan<short> values = MemoryMarshal.Cast<byte, short>(Scratch(logits)).Slice(row * classes, classes);
        return FirstLargest(values);
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
        Add or Mul => Elementwise(op),
        Relu => _ => ElementwiseKernel.Relu(At(op.Inputs[0]), At(op.Output)),
        Gelu => GeluOf(op),
        Softmax => SoftmaxOf(op),
        LayerNorm norm => Normalize(op, norm),
        Pool pool => PoolOf(op, pool),
        Transpose transpose => Move(op, Rearrangement.Transposed(ShapeOf(op.Inputs[0]), [.. transpose.Permutation])),
        Slice slice => Move(op, Rearrangement.Sliced(ShapeOf(op.Inputs[0]), slice.Axis, slice.Start, slice.Length)),
        Broadcast broadcast => Move(op, Rearrangement.Broadcast(ShapeOf(op.Inputs[0]), broadcast.Target)),
        Concat concat => Join(op, concat),
        CrossEntropy => LossOf(op),
        Requantize => Requantized(op),
        Perturb perturb => PerturbWeights(op, perturb),
        ForwardGradientUpdate update => Update(op, update),
        _ => Backward(op) ?? throw new InputException($"operation '{op.Op.Name}' ({op.Name}) has no fixed-point kernel."),
    };

    private Operand At(int tensor)
    {
        PlanTensor t = Plan.Tensors[tensor];
        if (!t.IsPersistent)
            return new Operand(Scratch(tensor), t.Format == NumberFormat.Bit ? NumberFormat.Int8 : t.Format);
        PlanTensor owner = Plan.Owner(tensor);
        int size = Math.Max(8, t.Format.Bits()) / 8; // 4-bit numbers are held one to a byte
        return new Operand(weights.Of(owner, scales[owner.Id]).AsSpan(t.First * size, (int)t.Shape.Count * size), t.Format);
    }

    // Where the channels of a result go: all of it, or its part of a tensor.
    private (int Tensor, ChannelPart Part) Destination(PlannedOp op)
    {
        PlanTensor output = Plan.Tensors[op.Output], owner = Plan.Owner(op.Output);
        return owner == output ? (output.Id, default) : (owner.Id, new ChannelPart(output.First, owner.Shape[^1]));
    }

    private Shape ShapeOf(int tensor) => Plan.Tensors[tensor].Shape;

    private double Step(int tensor) => scales[tensor].Step;

    private ReadOnlySpan<int> Bias(PlannedOp op) => op.Inputs.Length > 2 ? At(op.Inputs[2]).As<int>() : [];

    // Random numbers of stochastic rounding: a stream of its own per operation and step.
    private static RandomAddress Noise(StepContext context, PlannedOp op) => new(context.Seed, context.Step, (uint)op.Direction, (uint)op.Index);
}
