using System.Collections.Immutable;
using System.Numerics;
using NpuSim.Accelerators.Numerics;
using NpuSim.Simulator.Memory;
using NpuSim.Simulator.Planning;
using NpuSim.Workloads.Formats;
using NpuSim.Workloads.Graphs;

namespace NpuSim.Simulator.Execution;

/// <summary>
/// Runs a step: the third reading. Scratch tensors live in one arena at the addresses of the step's layout, so a plan that runs
/// right also fits. What no trained weight feeds is not recomputed but taken from the <see cref="SampleStore{T}"/>; the plan
/// still prices it.
/// </summary>
/// <typeparam name="T">Unit of storage: byte in fixed point, float in floating point.</typeparam>
public abstract class Machine<T>
    where T : unmanaged
{
    private readonly T[] arena;
    private readonly ImmutableArray<int> offsets, lengths;
    private readonly bool[] runs;       // per op, false where its result for each sample is in the store
    private readonly int?[] boundaries; // per op, the tensor that the store holds in its place
    private readonly int[] inputs, losses;
    private Action<StepContext>[]? instructions;
    private (Estimate, EstimateOperands)? firstEstimate;

    /// <summary>Takes memory for the arena of a step.</summary>
    /// <param name="step">What to run, and where.</param>
    /// <param name="unitBytes">Bytes of the plan that one unit of storage stands for.</param>
    /// <param name="wholeElements">True: the machine needs every element at a multiple of its size.</param>
    protected Machine(Step step, int unitBytes, bool wholeElements = false)
    {
        Plan plan = Plan = step.Plan;
        (offsets, lengths, int length) = HostArena.Of(step, unitBytes, typeof(T) == typeof(byte), wholeElements);
        arena = GC.AllocateArray<T>(Math.Max(1, length), pinned: true);
        runs = Running(plan);
        HashSet<int> readByMoving = [.. plan.Ops.Where(o => runs[o.Index]).SelectMany(o => o.Inputs)];
        Dictionary<int, int> lastParts =
            plan.Ops.Where(o => !runs[o.Index] && !o.Op.IsView && plan.Tensors[o.Output].ViewOf is not null)
            .GroupBy(o => plan.Tensors[o.Output].ViewOf!.Value).ToDictionary(g => g.Max(o => o.Index), g => g.Key);
        boundaries = [.. plan.Ops.Select(o =>
            lastParts.TryGetValue(o.Index, out int whole) && readByMoving.Contains(whole) ? whole
            : !runs[o.Index] && readByMoving.Contains(o.Output) ? o.Output : (int?)null)];
        inputs = [.. plan.Tensors.Where(t => t.Role == TensorRole.Input).Select(t => t.Id)];
        losses = LossesOf(plan);
    }

    /// <summary>What is run.</summary>
    public Plan Plan { get; }

    /// <summary>Called after each operation that was computed, for those who want to look at its result.</summary>
    public Action<PlannedOp>? Observer { get; set; }

    /// <summary>Mean training loss per sample of the step last run, over both passes of every direction where there are
    /// several.</summary>
    public abstract double Loss { get; }

    /// <summary>Why nothing can be learnt from a step with this loss, in words; null where something can.</summary>
    /// <param name="loss">What <see cref="Loss"/> gave after the step.</param>
    public virtual string? FaultOf(double loss) => double.IsFinite(loss) ? null : "the loss is no finite number";

    /// <summary>Whether all weights that train and the state of the method are finite numbers, as integers always are.</summary>
    public virtual bool IsFinite => true;

    /// <summary>The class with the largest logit for a row of the batch last run; the first of equals.</summary>
    public abstract int Predict(int row);

    /// <summary>What the machine counted over all steps, for a run that goes on elsewhere; empty where it counts
    /// nothing.</summary>
    public virtual ImmutableArray<long> Counts => [];

    /// <summary>
    /// Weights that train and state of the method, by name; integers as their values, which float32 holds exactly: those of 32
    /// bits in two halves, [2, …], ⌊v / 2¹⁶⌋ and then v mod 2¹⁶.
    /// </summary>
    public Weights State() => Weights.Create(Changing.Select(t =>
        KeyValuePair.Create(t.Name, new WeightTensor(StateShape(t), Read(t)))));

    /// <summary>Weights that train, by name, as the real numbers they stand for (rounded to float32).</summary>
    public Weights Trained() => Weights.Create(Changing.Where(t => t.Role == TensorRole.TrainedWeight).Select(
        t => KeyValuePair.Create(t.Name, new WeightTensor(t.Shape, Read(t).Select(v => (float)(v * Step(t.Id))).ToArray()))));

    /// <summary>Takes up a run where another machine left it.</summary>
    /// <param name="state">What <see cref="State"/> gave.</param>
    /// <param name="counts">What <see cref="Counts"/> gave.</param>
    /// <exception cref="InputException">The state is not one of this plan.</exception>
    public void Restore(Weights state, ImmutableArray<long> counts)
    {
        ArgumentNullException.ThrowIfNull(state);
        state.Require(Changing.Select(t => KeyValuePair.Create(t.Name, StateShape(t))), "checkpoint");
        if (counts.Length != Counts.Length)
            throw new InputException($"checkpoint: {counts.Length} counts; the run has {Counts.Length}.");
        foreach (PlanTensor tensor in Changing)
            Write(tensor, state.Tensors[tensor.Name].Values.Span);
        Recount(counts.AsSpan());
    }

    private static Shape StateShape(PlanTensor tensor) => tensor.Format == NumberFormat.Int32
        ? [2, .. tensor.Shape] : tensor.Shape;

    /// <summary>Runs one step on the chosen samples, <see cref="Planning.Plan.Batch"/> of them.</summary>
    /// <param name="context">Step, seed, learning rate.</param>
    /// <param name="store">The samples; must hold the frozen results unless <paramref name="fill"/>.</param>
    /// <param name="samples">Indices of the samples of this batch.</param>
    /// <param name="fill">True: compute the frozen part and put its results into the store instead of reading them there.</param>
    public void Run(StepContext context, SampleStore<T> store, ReadOnlySpan<int> samples, bool fill = false) =>
        Run(context, store, samples, fill, updates: true);

    /// <summary>Runs a step of a forward-gradient method but for its updates: <see cref="Factor"/> tells what it
    /// learnt.</summary>
    /// <param name="context">Step, seed, learning rate.</param>
    /// <param name="store">The samples; must hold the frozen results.</param>
    /// <param name="samples">Indices of the samples of this batch.</param>
    internal void Probe(StepContext context, SampleStore<T> store, ReadOnlySpan<int> samples) =>
        Run(context, store, samples, fill: false, updates: false);

    /// <summary>Runs the updates of a step alone, with factors that others found, and needs no samples.</summary>
    /// <param name="context">Step, seed, learning rate.</param>
    /// <param name="factors">c of each direction, in units of 2^−<paramref name="fractionBits"/>; integer machines take whole
    /// numbers.</param>
    /// <param name="fractionBits">0 for signs.</param>
    internal void Update(StepContext context, ReadOnlySpan<float> factors, int fractionBits)
    {
        instructions ??= [.. Plan.Ops.Select(Compile)];
        Given = new(factors.ToArray(), fractionBits);
        try
        {
            foreach (PlannedOp op in Plan.Ops.Where(IsUpdate))
                instructions[op.Index](context);
        }
        finally
        {
            Given = null;
        }
    }

    /// <summary>What the last step or probe learnt along a direction: c in g = c · z.</summary>
    internal abstract float Factor(int direction);

    // Factors that stand in the place of what the losses tell.
    private protected GivenFactors? Given { get; private set; }

    // The estimate of the first update; all updates of a step read the same losses.
    private protected (Estimate Estimate, EstimateOperands Operands) FirstEstimate
    {
        get
        {
            if (firstEstimate is { } known)
                return known;
            PlannedOp op = Plan.Ops.First(o => o.Op is ForwardGradientUpdate);
            Estimate estimate = ((ForwardGradientUpdate)op.Op).Estimate;
            firstEstimate = (estimate, estimate.Split(op.Inputs));
            return firstEstimate.Value;
        }
    }

    private static bool IsUpdate(PlannedOp op) => op.Op is ForwardGradientUpdate or KernelNorm;

    private void Run(StepContext context, SampleStore<T> store, ReadOnlySpan<int> samples, bool fill, bool updates)
    {
        instructions ??= [.. Plan.Ops.Select(Compile)];
        for (int first = 0, end; first < instructions.Length; first = end)
        {
            end = Plan.EndOf(first);
            int rounds = Plan.RunsOf(Plan.Ops[first]), atOnce = samples.Length / rounds;
            for (int round = 0; round < rounds; round++)
                Run(context with { Round = (uint)round }, first, end, store, samples.Slice(round * atOnce, atOnce), fill,
                    updates);
        }
    }

    // Operations that follow each other, on the samples that run at once.
    private void Run(
        StepContext context, int first, int end, SampleStore<T> store, ReadOnlySpan<int> samples, bool fill, bool updates)
    {
        if (samples.Length == Plan.SamplesAtOnce)
        {
            foreach (int input in inputs)
                Put(input, store, samples);
        }

        for (int i = first; i < end; i++)
        {
            PlannedOp op = Plan.Ops[i];
            if (!updates && IsUpdate(op))
                continue;
            if (runs[i] || fill)
            {
                instructions![i](context);
                Observer?.Invoke(op);
            }

            if (boundaries[i] is not int tensor)
                continue;
            if (fill)
                Keep(tensor, store, samples);
            else
                Put(tensor, store, samples);
        }
    }

    /// <summary>What a scratch tensor holds now.</summary>
    public ReadOnlySpan<T> Values(int tensor)
    {
        Fetch(tensor);
        return Scratch(tensor);
    }

    /// <summary>The loss of each pass over the samples of the step: what its operation gives or, of micro-batches, their
    /// sum.</summary>
    protected ReadOnlySpan<int> Losses => losses;

    /// <summary>Units of storage of the arena.</summary>
    protected int ArenaLength => arena.Length;

    /// <summary>The storage of a scratch tensor.</summary>
    protected Span<T> Scratch(int tensor) => arena.AsSpan(offsets[tensor], lengths[tensor]);

    /// <summary>The storage of a scratch tensor as memory.</summary>
    protected Memory<T> ScratchMemory(int tensor) => arena.AsMemory(offsets[tensor], lengths[tensor]);

    /// <summary>Where a scratch tensor begins in the arena, in units of storage.</summary>
    protected int Offset(int tensor) => offsets[tensor];

    /// <summary>Called after a scratch tensor was filled from the store: a machine with memory of its own copies it
    /// there.</summary>
    protected virtual void Send(int tensor) { }

    /// <summary>Called before a scratch tensor is looked at: a machine with memory of its own copies it from there.</summary>
    protected virtual void Fetch(int tensor) { }

    /// <summary>Index of the largest value; the first of equals.</summary>
    protected static int FirstLargest<TValue>(ReadOnlySpan<TValue> values)
        where TValue : IComparisonOperators<TValue, TValue, bool>
    {
        int best = 0;
        for (int i = 1; i < values.Length; i++)
        {
            if (values[i] > values[best])
                best = i;
        }

        return best;
    }

    /// <summary>Values of a tensor that stays from step to step.</summary>
    protected abstract float[] Read(PlanTensor tensor);

    /// <summary>Sets a tensor that stays from step to step.</summary>
    /// <exception cref="InputException">A value is none of the tensor's format.</exception>
    protected abstract void Write(PlanTensor tensor, ReadOnlySpan<float> values);

    /// <summary>Takes over the counts of another machine.</summary>
    protected virtual void Recount(ReadOnlySpan<long> counts)
    {
    }

    /// <summary>Elements of all weights that train.</summary>
    internal int TrainedCount => (int)Trainable.Sum(t => t.Shape.Count);

    /// <summary>Copies the weights that train, one tensor after another in the order of the plan; integers as their
    /// values.</summary>
    /// <param name="weights">[<see cref="TrainedCount"/>].</param>
    internal void CopyTrained(Span<float> weights)
    {
        foreach (PlanTensor tensor in Trainable)
        {
            int count = (int)tensor.Shape.Count;
            CopyOut(tensor, weights[..count]);
            weights = weights[count..];
        }
    }

    /// <summary>Sets the weights that train; the state of the method is zero again, but for what the first weights
    /// settled.</summary>
    /// <param name="weights">As <see cref="CopyTrained"/> gives them.</param>
    internal void Begin(ReadOnlySpan<float> weights)
    {
        foreach (PlanTensor tensor in Trainable)
        {
            int count = (int)tensor.Shape.Count;
            CopyIn(tensor, weights[..count]);
            weights = weights[count..];
        }

        foreach (PlanTensor state in Changing.Where(t => t.Role == TensorRole.OptimizerState && !IsSettled(t)))
            Clear(state);
    }

    /// <summary>The weights that train, in the order in which they are copied.</summary>
    internal IEnumerable<PlanTensor> Trainable => Changing.Where(t => t.Role == TensorRole.TrainedWeight);

    private protected abstract void CopyOut(PlanTensor tensor, Span<float> values);

    private protected abstract void CopyIn(PlanTensor tensor, ReadOnlySpan<float> values);

    private protected abstract void Clear(PlanTensor tensor);

    // Masks are settled by the values before the first step.
    private bool IsSettled(PlanTensor state) => Plan.Ops.Any(o =>
        o.Op is ForwardGradientUpdate update && update.Estimate.Split(o.Inputs).Probe.Mask == state.Id);

    /// <summary>What 1 of a weight's integers stands for; 1 in floating point.</summary>
    internal double UnitOf(PlanTensor tensor) => Step(tensor.Id);

    // What 1 in the storage of a weight stands for.
    private protected virtual double Step(int tensor) => 1;

    private protected IEnumerable<PlanTensor> Changing =>
        Plan.Tensors.Where(t => t is { Role: TensorRole.TrainedWeight or TensorRole.OptimizerState, ViewOf: null });

    /// <summary>Turns a planned operation into what runs it, with all that does not change from step to step worked
    /// out.</summary>
    protected abstract Action<StepContext> Compile(PlannedOp op);

    // What no trained weight feeds is not run again, unless no sample feeds it either (a turned or viewed weight): such a result
    // has no rows to be stored by.
    private static bool[] Running(Plan plan)
    {
        HashSet<int> constant = [.. plan.Tensors.Where(t => t.IsPersistent).Select(t => t.Id)];
        foreach (PlannedOp op in plan.Ops.Where(o => o.Frozen && o.Inputs.All(constant.Contains)))
            constant.Add(op.Output);
        bool[] runs = new bool[plan.Ops.Length];
        HashSet<int> read = [];
        foreach (PlannedOp op in plan.Ops.Reverse())
        {
            runs[op.Index] = !op.Frozen || (constant.Contains(op.Output) && read.Contains(op.Output));
            if (runs[op.Index])
                read.UnionWith(op.Inputs);
        }

        return runs;
    }

    private static int[] LossesOf(Plan plan)
    {
        Dictionary<int, int> sums = plan.Ops.Where(o => o.Op is Accumulate).ToDictionary(o => o.Inputs[1], o => o.Output);
        return [.. plan.Ops.Where(o => o.Op.IsLoss).Select(o => sums.GetValueOrDefault(o.Output, o.Output))];
    }

    private void Put(int tensor, SampleStore<T> store, ReadOnlySpan<int> samples)
    {
        store.Gather(Plan.Tensors[tensor].Source!.Value, samples, Scratch(tensor));
        Send(tensor);
    }

    private void Keep(int tensor, SampleStore<T> store, ReadOnlySpan<int> samples)
    {
        Fetch(tensor);
        int row = lengths[tensor] / Plan.SamplesAtOnce;
        T[] data = store.Reserve(Plan.Tensors[tensor].Source!.Value, row);
        for (int i = 0; i < samples.Length; i++)
            Scratch(tensor).Slice(i * row, row).CopyTo(data.AsSpan(samples[i] * row));
    }
}
