using System.Runtime.InteropServices;
using NpuSim.Accelerators.Kernels;
using NpuSim.Accelerators.Kernels.Randomness;
using NpuSim.Accelerators.Kernels.Rows;
using NpuSim.Accelerators.Numerics;
using NpuSim.Simulator.Methods;
using NpuSim.Simulator.Planning;

namespace NpuSim.Simulator.Execution;

/// <content>Operations of training: perturbation, loss, update.</content>
public abstract partial class IntegerMachine<TOperand>
{
    private Action<StepContext> LossOf(PlannedOp op)
    {
        int rows = ShapeOf(op.Inputs[0])[0], classes = ShapeOf(op.Inputs[0])[1];
        FixedScale scale = Factor(op, Step(op.Inputs[0]));
        return _ => KernelsOf(op).CrossEntropy(rows, classes, In(op, 0), scale, In(op, 1), Out(op));
    }

    // Losses are sums over samples; the host adds what comes back from wherever they are computed.
    private Action<StepContext> LossAdded(PlannedOp op) => _ =>
    {
        long sum = ReadLoss(op.Output) + ReadLoss(op.Inputs[1]);
        MemoryMarshal.Write(Scratch(op.Output), sum);
        Send(op.Output);
    };

    private long ReadLoss(int tensor) => MemoryMarshal.Read<long>(Values(tensor));

    private EpsilonSteps PerturbationOf(PlannedOp op)
    {
        double scale = Step(op.Inputs[0]), steps = settings.InSteps ? settings.Epsilon : settings.Epsilon / scale;
        int rounded = (int)Math.Round(steps, MidpointRounding.AwayFromZero);
        bool isAtRandom = op.RandomBits > 0 && steps > 0;
        return new(Plan.Owner(op.Inputs[0]).Name, scale, isAtRandom ? Math.Max(1, rounded) : rounded);
    }

    private Action<StepContext> PerturbWeights(PlannedOp op, Perturb perturb)
    {
        int first = Plan.Tensors[op.Inputs[0]].First;
        // Rounded at random ε·z itself is in steps of w; else its factor is.
        int steps = op.RandomBits > 0 ? 1 : PerturbationOf(op).Steps;
        FixedScale atRandom = op.RandomBits > 0
            ? Factor(op, settings.InSteps ? settings.Epsilon * Perturbation.Step
                : settings.Epsilon * Perturbation.Step / Step(op.Inputs[0])) : default;
        long whole = Plan.Owner(op.Inputs[0]).Shape.Count;
        ProbeOperands operands = perturb.Probe.Split(op.Inputs, 1, 1);
        DirectionSources own = new(this, op, perturb.Probe, operands),
            ascent = new(this, op, perturb.Probe with { IsStored = false }, operands);
        PerturbationTerm[] terms = new PerturbationTerm[perturb.IsAtNeighbour ? 2 : 1];
        return context =>
        {
            terms[0] = new(own.Source(context, (uint)op.Direction, 0), perturb.Sign * steps);
            if (perturb.IsAtNeighbour)
            {
                int uphill = Math.Sign(ReadLoss(op.Inputs[operands.Next]) - ReadLoss(op.Inputs[operands.Next + 1]));
                terms[1] = new(ascent.Source(context, RandomAddress.AscentDirection, 0), uphill * steps);
            }

            if (op.RandomBits > 0)
                KernelsOf(op).PerturbAtRandom(In(op, 0), terms, atRandom, Out(op), Uncounted, first);
            else
                KernelsOf(op).Perturb(In(op, 0), terms, Out(op), Uncounted, first, whole);
        };
    }

    private Action<StepContext> Guide(PlannedOp op, GuideDirection guide) => context =>
    {
        double beta = guide.BetaAt(context.Progress);
        KernelsOf(op).Guide(
            Out(op), new RandomAddress(context.Seed, context.Step, (uint)op.Direction, (uint)guide.Probe.Parameter),
            (GuidedKernel.Factor(beta * Math.Sqrt(GuideDirection.Alpha)), GuidedKernel.Factor(1 - beta),
                GuidedKernel.Factor((1 - beta) * Math.Sqrt(1 - GuideDirection.Alpha))),
            guide.Probe.Distribution, guide.Probe.LinearFeedback ?? Policy.LinearFeedback);
    };

    private Action<StepContext> Requantized(PlannedOp op)
    {
        OutputStage stage = new(Factor(op, Step(op.Inputs[0]) / Step(op.Output)));
        return context => KernelsOf(op).Requantize(In(op, 0), stage, Out(op), Noise(context, op), Uncounted);
    }

    private protected virtual Action<StepContext> Decoded(PlannedOp op, Decode decode) =>
        throw new InvalidOperationException($"'{op.Name}' ({op.Op.Name}) is in the repertoire and has no kernel.");

    private Action<StepContext> Norm(PlannedOp op, KernelNorm norm)
    {
        Func<StepContext, (PerturbationSource[] Sources, int[] Signs)> estimate = EstimateOf(op, norm.Estimate);
        return context =>
        {
            (PerturbationSource[] sources, int[] signs) = estimate(context);
            MemoryMarshal.Write(Scratch(op.Output), KernelsOf(op).NormRatio(In(op, 0), sources, signs));
        };
    }

    private Action<StepContext> Update(PlannedOp op, ForwardGradientUpdate update)
    {
        if (update.Optimizer is FrankWolfeOptimizer)
            return Backward(op)!;
        if (update.Estimate.Estimator == Estimator.Spsa)
            return UpdateBySize(op, update);
        Func<StepContext, (PerturbationSource[] Sources, int[] Signs)> estimate = EstimateOf(op, update.Estimate);
        double stepsPerRate = settings.InSteps ? Perturbation.Step : Perturbation.Step / Step(op.Output); // Δz, or Δz / Δw
        int? velocity = update.Optimizer is MomentumOptimizer ? update.States(op.Inputs)[0] : null;
        int momentum = update.Optimizer is MomentumOptimizer { Factor: var factor }
            ? Math.Min((1 << UpdateKernel.MomentumBits) - 1, (int)Math.Round(factor * (1 << UpdateKernel.MomentumBits)))
            : 0;
        double unit = velocity is null ? 1 : 1.0 / (1 << UpdateKernel.VelocityFraction);
        int? ratioTensor = update.Ratio(op.Inputs);
        return context =>
        {
            (PerturbationSource[] sources, int[] signs) = estimate(context);
            FixedScale ratio = ratioTensor is int r ? MemoryMarshal.Read<FixedScale>(Scratch(r)) : default;
            FixedScale scale = ratio == default
                ? Rate(op, context, stepsPerRate * unit)
                : Rate(op, context, unit).Times(ratio);
            KernelsOf(op).Update(Out(op), sources, signs, scale, velocity is int v ? Out(v) : default!, momentum,
                new(Given?.FractionBits ?? 0, ResidualBits: update.ResidualBits), Residual(op, update));
        };
    }

    private TOperand Residual(PlannedOp op, ForwardGradientUpdate update) =>
        update.Residual(op.Inputs) is int residual ? Out(residual) : default!;

    // By factors with a magnitude: qᵢ · 2ᵉ, in units of the loss, or of the spread of the losses.
    private Action<StepContext> UpdateBySize(PlannedOp op, ForwardGradientUpdate update)
    {
        Estimate estimate = update.Estimate;
        EstimateOperands operands = estimate.Split(op.Inputs);
        DirectionSources directions = new(this, op, estimate.Probe, operands.Probe);
        int m = estimate.Directions;
        PerturbationSource[] sources = new PerturbationSource[m], one = new PerturbationSource[1];
        long[] differences = new long[m];
        int[] factors = new int[m], factor = new int[1];
        double unit = Perturbation.Step / Step(op.Output) / m;
        double perLoss = unit / (estimate.Apart * settings.Epsilon * Plan.Batch);
        UpdateForm form = new(IsSum: true, ResidualBits: update.ResidualBits);
        return context =>
        {
            if (Given is not null)
                throw new InvalidOperationException("Factors of others are signs; these have a magnitude.");
            for (int d = 0; d < m; d++)
            {
                sources[d] = directions.Source(context, (uint)d, d);
                differences[d] = Difference(operands, d);
            }

            int exponent = LossFactors.Normalize(differences, factors);
            FixedScale scale = estimate.IsSpreadNormalized
                ? Rate(op, context, unit).Times(LossFactors.InverseSpread(factors))
                : Rate(op, context, perLoss).ShiftedBy(exponent - CrossEntropyKernel.FractionBits);
            if (op.Index == firstUpdate)
                Directions = (Directions.All + m, Directions.Tied + differences.Count(d => d == 0));
            if (!update.IsByDirection(op.RandomBits))
            {
                KernelsOf(op).Update(Out(op), sources, factors, scale, default!, 0, form, Residual(op, update));
                return;
            }

            for (int d = 0; d < m; d++)
            {
                (one[0], factor[0]) = (sources[d], factors[d]);
                KernelsOf(op).Update(Out(op), one, factor, scale, default!, 0, form, Residual(op, update));
            }
        };
    }

    // Which weights train is settled by their values before the first step.
    private protected void ChooseWeights(FixedWeights weights)
    {
        foreach (PlannedOp op in Plan.Ops)
        {
            if (op.Op is ForwardGradientUpdate { Estimate: var estimate } && estimate.Split(op.Inputs).Probe.Mask is int mask)
                weights.Choose(Plan.Owner(mask), Plan.Tensors[op.Output], scales[op.Output], estimate.Probe.Sparsity!);
        }
    }

    // The directions and signs of an estimate in a step.
    private protected Func<StepContext, (PerturbationSource[] Sources, int[] Signs)> EstimateOf(PlannedOp op, Estimate estimate)
    {
        EstimateOperands operands = estimate.Split(op.Inputs);
        DirectionSources directions = new(this, op, estimate.Probe, operands.Probe);
        PerturbationSource[] sources = new PerturbationSource[estimate.Directions];
        int[] signs = new int[estimate.Directions];
        return context =>
        {
            for (int d = 0; d < signs.Length; d++)
            {
                sources[d] = directions.Source(context, (uint)d, d);
                signs[d] = Given is { } given ? (int)given.Values[d] : SignOf(operands, d);
            }

            if (op.Index == firstUpdate)
                Directions = (Directions.All + signs.Length, Directions.Tied + signs.Count(s => s == 0));
            return (sources, signs);
        };
    }

    /// <inheritdoc/>
    internal override float Factor(int direction)
    {
        (Estimate estimate, EstimateOperands operands) = FirstEstimate;
        if (estimate.Estimator == Estimator.SignSpsa)
            return SignOf(operands, direction);
        if (estimate.IsSpreadNormalized)
            throw new InvalidOperationException("A factor that is divided by the spread of all is no message of one direction.");
        return (float)(Difference(operands, direction)
            / (estimate.Apart * settings.Epsilon * Plan.Batch * (1 << CrossEntropyKernel.FractionBits)));
    }

    private int SignOf(EstimateOperands operands, int direction) => Math.Sign(Difference(operands, direction));

    private long Difference(EstimateOperands operands, int direction) =>
        ReadLoss(operands.Factors[2 * direction]) - ReadLoss(operands.Factors[(2 * direction) + 1]);

    // Where the directions of one parameter come from, worked out once but for seed and step.
    private sealed class DirectionSources(
        IntegerMachine<TOperand> machine, PlannedOp op, Probe probe, ProbeOperands operands)
    {
        private readonly bool linearFeedback = probe.LinearFeedback ?? machine.Policy.LinearFeedback;
        private readonly byte[][] stored = [.. (probe.IsStored ? operands.Stored : []).Select(machine.State)];
        private readonly int dropped = machine.DroppedBits(op);
        private WeightMask? mask = operands.Mask is int bits ? WeightMask.Of(machine.State(bits)) : null;

        public PerturbationSource Source(StepContext context, uint direction, int slot)
        {
            if (probe.Sparsity is { IsStored: false } random && mask?.Address.Seed != context.Seed)
                mask = WeightMask.Random(context.Seed, (uint)probe.Parameter, 1 - (random.Percent / 100), linearFeedback);
            return new(
                new RandomAddress(context.Seed, context.Step, direction, (uint)probe.Parameter) { DroppedBits = dropped },
                probe.Distribution, linearFeedback,
                probe.IsStored ? stored[slot] : null, mask);
        }
    }
}
