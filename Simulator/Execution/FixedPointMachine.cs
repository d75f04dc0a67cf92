using System.Collections.Immutable;
using System.Runtime.InteropServices;
using NpuSim.Accelerators.Kernels;
using NpuSim.Accelerators.Kernels.Elements;
using NpuSim.Accelerators.Kernels.Randomness;
using NpuSim.Accelerators.Numerics;
using NpuSim.Simulator.Memory;
using NpuSim.Simulator.Methods;
using NpuSim.Simulator.Planning;

namespace NpuSim.Simulator.Execution;

/// <summary>Runs plans in integers on the processor.</summary>
public sealed partial class FixedPointMachine : IntegerMachine<Operand>
{
    private readonly FixedWeights weights;
    private readonly ProcessorKernels kernels, kernelsAtRandom;
    private readonly NumericPolicy policyAtRandom;

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
        : base(step, new ProcessorKernels(policy, step.Plan.Ops.Length), policy, scales, settings)
    {
        this.weights = weights;
        kernels = (ProcessorKernels)Kernels;
        (kernelsAtRandom, policyAtRandom) = (kernels.RoundedAtRandom(), policy.RoundedAtRandom());
        ChooseWeights(weights);
        foreach (PlannedOp op in step.Plan.Ops)
        {
            if (op.Op is ForwardGradientUpdate { Optimizer: FrankWolfeOptimizer walk })
                Radius(op, walk);
        }
    }

    /// <summary>What a weight or another tensor that stays from step to step holds now.</summary>
    /// <param name="name">Its name in the plan.</param>
    public ReadOnlySpan<byte> Persistent(string name)
    {
        PlanTensor tensor = Plan.Tensors.First(t => t.IsPersistent && t.Name == name);
        return weights.Of(tensor, ScaleOf(tensor.Id));
    }

    /// <inheritdoc/>
    private protected override ReadOnlySpan<byte> Load(PlanTensor tensor) => weights.Of(tensor, ScaleOf(tensor.Id));

    /// <inheritdoc/>
    private protected override void Store(PlanTensor tensor, ReadOnlySpan<byte> data) =>
        data.CopyTo(weights.Of(tensor, ScaleOf(tensor.Id)));

    /// <inheritdoc/>
    protected override byte[] State(int tensor) => weights.Of(Plan.Owner(tensor), default);

    /// <inheritdoc/>
    private protected override Action<StepContext> Decoded(PlannedOp op, Decode decode)
    {
        byte[] mask = decode.Mask(op.Inputs) is int m ? State(m) : [], indices = decode.Indices(op.Inputs) is int i
            ? State(i) : [];
        PlanTensor owner = Plan.Owner(Decode.Values(op.Inputs));
        byte[] values = weights.Of(owner, ScaleOf(owner.Id));
        return owner.Format == NumberFormat.Int16
            ? _ => DecodeKernel.Run<short>(mask, indices, decode.Form.IndexBits, MemoryMarshal.Cast<byte, short>(values),
                decode.First, MemoryMarshal.Cast<byte, short>(Scratch(op.Output)))
            // 4-bit numbers are held one to a byte
            : _ => DecodeKernel.Run<byte>(mask, indices, decode.Form.IndexBits, values, decode.First, Scratch(op.Output));
    }

    // A part of the way to the point of a set to which the estimate points down.
    private Action<StepContext> Walked(PlannedOp op, ForwardGradientUpdate update, FrankWolfeOptimizer walk)
    {
        Func<StepContext, (PerturbationSource[] Sources, int[] Signs)> estimate = EstimateOf(op, update.Estimate);
        ImmutableArray<int> states = update.States(op.Inputs);
        int radius = Radius(op, walk), entries = walk.Entries(ShapeOf(op.Output).Count);
        return context =>
        {
            (PerturbationSource[] sources, int[] signs) = estimate(context);
            (double mean, double step) = walk.At(context.Step);
            int keep = (int)Math.Round((1 - mean) * (1 << UpdateKernel.MomentumBits));
            kernels.CountUpdates(FrankWolfeKernel.Run(
                At(op.Output), sources, signs, walk.IsPlain ? [] : At(states[0]).As<short>(), keep,
                walk.IsAboutOrigin ? [] : At(states[^1]).As<short>(), FixedScale.FromDouble(step), radius, entries, Policy));
        };
    }

    // In steps of the weights, settled by those before the first step.
    private int Radius(PlannedOp op, FrankWolfeOptimizer walk)
    {
        PlanTensor tensor = Plan.Tensors[op.Output];
        double norm = weights.Norm(tensor, ScaleOf(op.Output), x =>
            LinearMinimization.Norm(walk.Set, x, tensor.Shape[0], walk.Entries(tensor.Shape.Count)));
        return (int)Math.Min(short.MaxValue, Math.Round(walk.Radius * norm, MidpointRounding.AwayFromZero));
    }

    /// <inheritdoc/>
    private protected override IKernels<Operand> KernelsOf(PlannedOp op) => op.RandomBits > 0 ? kernelsAtRandom : kernels;

    private NumericPolicy PolicyOf(PlannedOp op) => op.RandomBits > 0 ? policyAtRandom : Policy;

    private void Count(PlannedOp op, OverflowCount count) => kernels.Count(op.Index, count);

    /// <inheritdoc/>
    protected override Operand At(int tensor)
    {
        PlanTensor t = Plan.Tensors[tensor];
        if (!t.IsPersistent)
            return new Operand(Scratch(tensor), t.Format == NumberFormat.Bit ? NumberFormat.Int8 : t.Format);
        PlanTensor owner = Plan.Owner(tensor);
        int size = Math.Max(8, t.Format.Bits()) / 8; // 4-bit numbers are held one to a byte
        return new Operand(weights.Of(owner, ScaleOf(owner.Id)).AsSpan(t.First * size, (int)t.Shape.Count * size), t.Format);
    }
}
