using System.Runtime.InteropServices;
using NpuSim.Accelerators.Kernels;
using NpuSim.Accelerators.Numerics;
using NpuSim.Simulator.Planning;
using NpuSim.Simulator.Studies;

namespace NpuSim.Simulator.Execution;

/// <content>Operations of training: perturbation, loss, update.</content>
public sealed partial class FixedPointMachine
{
    private Action<StepContext> LossOf(PlannedOp op)
    {
        int rows = ShapeOf(op.Inputs[0])[0], classes = ShapeOf(op.Inputs[0])[1];
        FixedScale scale = FixedScale.FromDouble(Step(op.Inputs[0]));
        return _ => MemoryMarshal.Write(
            Scratch(op.Output), CrossEntropyKernel.Run(rows, classes, At(op.Inputs[0]), scale, At(op.Inputs[1]).As<int>(), policy));
    }

    private long ReadLoss(int tensor) => MemoryMarshal.Read<long>(Scratch(tensor));

    private EpsilonSteps PerturbationOf(PlannedOp op)
    {
        double scale = Step(op.Inputs[0]), steps = settings.InSteps ? settings.Epsilon : settings.Epsilon / scale;
        return new(Plan.Owner(op.Inputs[0]).Name, scale, (int)Math.Round(steps, MidpointRounding.AwayFromZero));
    }

    private Action<StepContext> PerturbWeights(PlannedOp op, Perturb perturb)
    {
        int signed = perturb.Sign * PerturbationOf(op).Steps;
        PerturbationTerm[] terms = new PerturbationTerm[1];
        return context =>
        {
            RandomAddress address = new(context.Seed, context.Step, (uint)op.Direction, (uint)perturb.Parameter);
            terms[0] = new(new PerturbationSource(address, LinearFeedback: policy.LinearFeedback), signed);
            PerturbKernel.Run(At(op.Inputs[0]), terms, At(op.Output), policy, first: Plan.Tensors[op.Inputs[0]].First);
        };
    }

    private Action<StepContext> Requantized(PlannedOp op)
    {
        OutputStage stage = new(FixedScale.FromDouble(Step(op.Inputs[0]) / Step(op.Output)));
        return context => ElementwiseKernel.Requantize(At(op.Inputs[0]), stage, At(op.Output), policy, Noise(context, op));
    }

    private Action<StepContext> Update(PlannedOp op, ForwardGradientUpdate update)
    {
        int[] signs = new int[update.Directions];
        PerturbationSource[] sources = new PerturbationSource[update.Directions];
        double stepsPerRate = settings.InSteps ? Perturbation.Step : Perturbation.Step / Step(op.Output); // Δz, or Δz / Δw
        return context =>
        {
            for (int d = 0; d < signs.Length; d++)
                signs[d] = Math.Sign(ReadLoss(op.Inputs[1 + (2 * d)]) - ReadLoss(op.Inputs[2 + (2 * d)]));
            if (op.Index == firstUpdate)
            {
                directions += signs.Length;
                ties += signs.Count(s => s == 0);
            }

            FixedScale scale = FixedScale.FromDouble(context.LearningRate * stepsPerRate);
            for (uint d = 0; d < sources.Length; d++)
                sources[d] = new(new RandomAddress(context.Seed, context.Step, d, (uint)update.Parameter), LinearFeedback: policy.LinearFeedback);
            (long changed, long lost) = UpdateKernel.Run(At(op.Output), sources, signs, scale, policy);
            updates += changed + lost;
            roundedAway += lost;
        };
    }
}
