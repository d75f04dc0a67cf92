using System.Runtime.InteropServices;
using NpuSim.Accelerators.Kernels;
using NpuSim.Accelerators.Kernels.Elements;
using NpuSim.Accelerators.Kernels.Products;
using NpuSim.Accelerators.Kernels.Randomness;
using NpuSim.Accelerators.Kernels.Rows;
using NpuSim.Accelerators.Numerics;
using NpuSim.Accelerators.OpenCl;
using NpuSim.Simulator.Memory;
using NpuSim.Simulator.Methods;
using NpuSim.Simulator.Planning;

namespace NpuSim.Simulator.Execution;

/// <summary>
/// Runs plans in integers on an OpenCL device: same results, same counts. The arena is one buffer of the device, laid out as the
/// planner chose; weights stay there from step to step, and only losses (and logits, to predict) come back.
/// </summary>
internal sealed class OpenClMachine : IntegerMachine, IDisposable
{
    private readonly OpenClRun run;
    private readonly DeviceBuffer arena;
    private readonly DeviceCounts counts; // one per operation, one for the updates, one for what nobody asks for
    private readonly long[] accumulations;
    private readonly HashSet<int> fetched = []; // scratch tensors that the host's copy of the arena holds as they are

    /// <summary>Prepares to run a step.</summary>
    /// <param name="step">A step in fixed point.</param>
    /// <param name="run">Device, arithmetic and weights, shared with other machines of the run.</param>
    /// <param name="ranges">Largest magnitude of every graph value, by id (<see cref="Calibration"/>).</param>
    /// <param name="settings">Step sizes; null for inference.</param>
    /// <exception cref="OpenClException">The device has no room for the plan.</exception>
    public OpenClMachine(Step step, OpenClRun run, IReadOnlyDictionary<int, double> ranges, TrainingSettings? settings = null)
        : base(step, run.Policy, PlanScales.Of(step.Plan, ranges), settings, wholeElements: true)
    {
        Plan plan = step.Plan;
        if (Repertoire.Missing(plan, Executor.OpenCl) is { } reason)
            throw new OpenClUnsupportedException($"opencl: {reason.TrimEnd('.')}; the processor runs it (--backend cpu or auto).");
        this.run = run;
        ChooseWeights(run.Initial);
        run.Reserve(plan.Tensors.Where(t => t is { Role: TensorRole.OptimizerState, ViewOf: null }));
        accumulations = new long[plan.Ops.Length];
        arena = run.Queue.Context.CreateBuffer(ArenaLength);
        counts = new DeviceCounts(run.Queue, plan.Ops.Length + 2);
    }

    private OpenClKernels Kernels => run.Kernels;

    private int UpdateSlot => Plan.Ops.Length;

    private int UnusedSlot => Plan.Ops.Length + 1;

    /// <summary>Gives the arena back.</summary>
    public void Dispose()
    {
        arena.Dispose();
        counts.Dispose();
    }

    /// <inheritdoc/>
    protected override MachineCounts Tally()
    {
        (long First, long Second)[] read = counts.Read();
        (long changed, long lost) = read[UpdateSlot];
        return new([.. accumulations.Select((n, i) => new OverflowCount(n, read[i].First, read[i].Second))], changed + lost, lost);
    }

    /// <inheritdoc/>
    protected override void Recount(MachineCounts counted)
    {
        for (int i = 0; i < accumulations.Length; i++)
            accumulations[i] = counted.Overflow[i].Accumulations;
        counts.Write(
        [
            .. counted.Overflow.Select(o => (o.Overflowed, o.Clipped)), (counted.Updates - counted.RoundedAway, counted.RoundedAway), (0, 0),
        ]);
    }

    /// <inheritdoc/>
    protected override void Send(int tensor)
    {
        run.Queue.Write(arena, Offset(tensor), Scratch(tensor));
        Forget(tensor);
        fetched.Add(tensor);
    }

    /// <inheritdoc/>
    protected override void Fetch(int tensor)
    {
        if (fetched.Add(tensor))
            run.Queue.Read(arena, Offset(tensor), Scratch(tensor));
    }

    /// <inheritdoc/>
    protected override void Multiply(PlannedOp op, int m, int n, int k, OutputStage stage, RandomAddress noise)
    {
        (int y, ChannelPart part) = Destination(op);
        Kernels.Linear(new(m, n, k), In(op, 0), In(op, 1), Bias(op), stage, Out(y), noise, counts, Accumulate(op), part);
    }

    /// <inheritdoc/>
    protected override void Multiply(
        PlannedOp op, int batch, int m, int n, int k, bool transposeA, bool transposeB, OutputStage stage, RandomAddress noise) =>
        Kernels.MatMul(new(m, n, k, batch, TransposeB: transposeB), In(op, 0), In(op, 1), stage, Out(op), noise, counts, Accumulate(op));

    /// <inheritdoc/>
    protected override void Convolve(PlannedOp op, ConvolutionShape shape, OutputStage stage, RandomAddress noise)
    {
        (int y, ChannelPart part) = Destination(op);
        Kernels.Convolution(shape, In(op, 0), In(op, 1), Bias(op), stage, Out(y), noise, counts, Accumulate(op), part);
    }

    /// <inheritdoc/>
    protected override void AddElements(PlannedOp op, AddStage stage, RandomAddress noise) =>
        Kernels.Add(In(op, 0), In(op, 1), stage, Out(op), noise, counts, Accumulate(op));

    /// <inheritdoc/>
    protected override void MultiplyElements(PlannedOp op, OutputStage stage, RandomAddress noise) =>
        Kernels.Mul(In(op, 0), In(op, 1), stage, Out(op), noise, counts, Accumulate(op));

    /// <inheritdoc/>
    protected override void Rectify(PlannedOp op, int zeroPoint) => Kernels.Relu(In(op, 0), Out(op), zeroPoint);

    /// <inheritdoc/>
    protected override void Rescale(PlannedOp op, int tensor, OutputStage stage, RandomAddress noise, bool isCounted) =>
        Kernels.Requantize(At(tensor), stage, Out(op), noise, counts, isCounted ? Accumulate(op) : UnusedSlot);

    /// <inheritdoc/>
    protected override void Place(PlannedOp op, int input, int rows, int stride, int place, OutputStage? stage, RandomAddress noise) =>
        Kernels.Requantize(In(op, input), rows, stride, place, stage ?? OutputStage.Raw, Out(op), noise, counts, UnusedSlot);

    /// <inheritdoc/>
    protected override void LookUp(PlannedOp op, LookupTable table) => Kernels.LookUp(table, In(op, 0), Out(op));

    /// <inheritdoc/>
    protected override void Soften(PlannedOp op, int rows, int depth, SoftmaxStage stage) =>
        Kernels.Softmax(rows, depth, In(op, 0), stage, Out(op));

    /// <inheritdoc/>
    protected override void Normalize(PlannedOp op, int rows, int depth, LayerNormStage stage, RandomAddress noise) =>
        Kernels.LayerNorm(rows, depth, In(op, 0), In(op, 1), In(op, 2), stage, Out(op), noise, counts, UnusedSlot);

    /// <inheritdoc/>
    protected override void MaxPool(PlannedOp op, ConvolutionShape shape, int least, int greatest) =>
        Kernels.MaxPool(shape, In(op, 0), Out(op), least, greatest);

    /// <inheritdoc/>
    protected override void AveragePool(PlannedOp op, ConvolutionShape shape, int least, int greatest) =>
        Kernels.AveragePool(shape, In(op, 0), Out(op), least, greatest);

    /// <inheritdoc/>
    private protected override void Move(PlannedOp op, Rearrangement order) => Kernels.Gather(order.Elements, In(op, 0), Out(op));

    /// <inheritdoc/>
    protected override void Lose(PlannedOp op, int rows, int classes, FixedScale scale)
    {
        if (!Policy.FloatLoss)
        {
            Kernels.CrossEntropy(rows, classes, In(op, 0), scale, In(op, 1), Out(op));
            return;
        }

        // The policy itself leaves a float loss to a host.
        Operand logits = new(Seen(op.Inputs[0]), Plan.Tensors[op.Inputs[0]].Format);
        ReadOnlySpan<int> labels = MemoryMarshal.Cast<byte, int>(Seen(op.Inputs[1]));
        MemoryMarshal.Write(Scratch(op.Output), CrossEntropyKernel.Run(rows, classes, logits, scale, labels, Policy));
        Send(op.Output);
    }

    /// <inheritdoc/>
    protected override void PerturbWeights(PlannedOp op, PerturbationTerm[] terms, int first)
    {
        Span<(DeviceSource, int)> summands = new (DeviceSource, int)[terms.Length];
        for (int i = 0; i < terms.Length; i++)
            summands[i] = (run.Source(terms[i].Source), terms[i].SignedSteps);
        Kernels.Perturb(In(op, 0), summands, Out(op), counts, UnusedSlot, first: first, whole: Plan.Owner(op.Inputs[0]).Shape.Count);
    }

    /// <inheritdoc/>
    protected override void UpdateWeights(
        PlannedOp op, PerturbationSource[] sources, int[] signs, FixedScale scale, int? velocity, int momentum) =>
        Kernels.Update(
            Out(op), Array.ConvertAll(sources, run.Source), signs, scale, counts, UpdateSlot, velocity is int v ? Out(v) : default, momentum);

    /// <inheritdoc/>
    protected override void SteerDirection(
        PlannedOp op, RandomAddress address, (int Fresh, int Kept, int Near) factors, PerturbationDistribution distribution, bool linearFeedback) =>
        Kernels.Guide(Out(op), address, factors, distribution, linearFeedback);

    /// <inheritdoc/>
    protected override FixedScale NormRatio(PlannedOp op, PerturbationSource[] sources, int[] signs) =>
        Kernels.NormRatio(In(op, 0), Array.ConvertAll(sources, run.Source), signs);

    /// <inheritdoc/>
    protected override byte[] State(int tensor) => run.Stored(Plan.Owner(tensor));

    /// <inheritdoc/>
    private protected override ReadOnlySpan<byte> Load(PlanTensor tensor)
    {
        DeviceOperand stored = run.Weights(tensor, ScaleOf(tensor.Id));
        byte[] data = new byte[stored.Bytes];
        run.Queue.Read(stored.Buffer!, stored.Offset, data);
        return data;
    }

    /// <inheritdoc/>
    private protected override void Store(PlanTensor tensor, ReadOnlySpan<byte> data)
    {
        DeviceOperand stored = run.Weights(tensor, ScaleOf(tensor.Id));
        run.Queue.Write(stored.Buffer!, stored.Offset, data);
    }

    /// <inheritdoc/>
    private protected override Action<StepContext>? Backward(PlannedOp op) => null;

    private Span<byte> Seen(int tensor)
    {
        Fetch(tensor);
        return Scratch(tensor);
    }

    private int Accumulate(PlannedOp op)
    {
        accumulations[op.Index] += ShapeOf(op.Output).Count;
        return op.Index;
    }

    private static DeviceOperand Part(DeviceOperand whole, int first, long count) =>
        whole with { Offset = whole.Offset + ((long)first * Math.Max(8, whole.Format.Bits()) / 8), Count = count };

    private DeviceOperand In(PlannedOp op, int input) => At(op.Inputs[input]);

    private DeviceOperand Bias(PlannedOp op) => op.Inputs.Length > 2 ? In(op, 2) : default;

    private DeviceOperand Out(PlannedOp op) => Out(op.Output);

    // Whatever is computed makes the host's copy old.
    private DeviceOperand Out(int tensor)
    {
        Forget(tensor);
        return At(tensor);
    }

    private void Forget(int tensor)
    {
        int owner = Plan.Owner(tensor).Id;
        fetched.RemoveWhere(t => Plan.Owner(t).Id == owner);
    }

    private DeviceOperand At(int tensor)
    {
        PlanTensor t = Plan.Tensors[tensor];
        if (!t.IsPersistent)
            return new DeviceOperand(arena, Offset(tensor), t.Format, t.Shape.Count);
        PlanTensor owner = Plan.Owner(tensor);
        return Part(run.Weights(owner, ScaleOf(owner.Id)), t.First, t.Shape.Count);
    }
}
