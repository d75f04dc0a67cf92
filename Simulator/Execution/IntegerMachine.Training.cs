using System.Runtime.InteropServices;
using NpuSim.Accelerators.Kernels;
using NpuSim.Accelerators.Numerics;
using NpuSim.Simulator.Planning;
using NpuSim.Simulator.Studies;

namespace NpuSim.Simulator.Execution;

/// <content>Operations of training: perturbation, loss, update.</content>
public abstract partial class IntegerMachine
{
    private Action<StepContext> LossOf(PlannedOp op)
    {
        int rows = ShapeOf(op.Inputs[0])[0], classes = ShapeOf(op.Inputs[0])[1];
        FixedScale scale = FixedScale.FromDouble(Step(op.Inputs[0]));
        return _ => Lose(op, rows, classes, scale);
    }

    private long ReadLoss(int tensor) => MemoryMarshal.Read<long>(Values(tensor));

    private EpsilonSteps PerturbationOf(PlannedOp op)
    {
        double scale = Step(op.Inputs[0]), steps = settings.InSteps ? settings.Epsilon : settings.Epsilon / scale;
        return new(Plan.Tensors[op.Inputs[0]].Name, scale, (int)Math.Round(steps, MidpointRounding.AwayFromZero));
    }

    private Action<StepContext> PerturbWeights(PlannedOp op, Perturb perturb)
    {
        int epsilonSteps = PerturbationOf(op).Steps;
        return context => PerturbWeights(
            op, new RandomAddress(context.Seed, context.Step, (uint)op.Direction, (uint)perturb.Parameter), perturb.Sign, epsilonSteps);
    }

    private Action<StepContext> Requantized(PlannedOp op)
    {
        OutputStage stage = new(FixedScale.FromDouble(Step(op.Inputs[0]) / Step(op.Output)));
        return context => Rescale(op, stage, Noise(context, op));
    }

    private Action<StepContext> Update(PlannedOp op, ForwardGradientUpdate update)
    {
        int[] signs = new int[update.Directions];
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
            UpdateWeights(op, new RandomAddress(context.Seed, context.Step, 0, (uint)update.Parameter), signs, scale);
        };
    }
}
