using NpuSim.Simulator.Training;
using NpuSim.Workloads.Tasks;

namespace NpuSim.Simulator.Studies;

/// <summary>What a workload file says of each method.</summary>
public static class WorkloadMethods
{
    /// <summary>The method with the workload's number of directions or momentum, unless a switch gave one.</summary>
    public static Method Configure(this Workload workload, Method method) => method switch
    {
        ForwardMethod { HasOwnDirections: true } or Backpropagation { HasOwnMomentum: true } => method,
        Backpropagation bp => bp with { Momentum = workload.Methods.Bp.Momentum },
        ForwardGradient ff => ff with { Directions = workload.Methods.Ff.Directions },
        QuantizedForwardGradient { InSteps: true } qzo => qzo with { Directions = Steps(workload).Directions },
        QuantizedForwardGradient qzo => qzo with { Directions = workload.Methods.QzoFf.Directions },
        _ => throw new ArgumentOutOfRangeException(nameof(method)),
    };

    /// <summary>Step sizes of a method in a tuning scheme.</summary>
    public static TrainingSettings Settings(this Workload workload, Method method, TuningScheme scheme)
    {
        if (method is Backpropagation)
        {
            BackpropagationSettings bp = workload.Methods.Bp;
            return new TrainingSettings(workload.Adapt.Steps, Rate(bp.LearningRate, scheme), bp.Decay);
        }

        if (method is QuantizedForwardGradient { InSteps: true })
        {
            StepSettings steps = Steps(workload);
            return new TrainingSettings(workload.Adapt.Steps, Rate(steps.LearningRate, scheme), steps.Decay, steps.Epsilon, InSteps: true);
        }

        ForwardGradientSettings ff = method is ForwardGradient ? workload.Methods.Ff : workload.Methods.QzoFf;
        return new TrainingSettings(workload.Adapt.Steps, Rate(ff.LearningRate, scheme), ff.Decay, ff.Epsilon);
    }

    private static StepSettings Steps(Workload workload) =>
        workload.Methods.QzoFfSteps
        ?? throw new InputException($"workload {workload.Name}: methods.qzo-ff-steps is missing; method qzo-ff-steps needs its step sizes.");

    private static double Rate(LearningRates rates, TuningScheme scheme) => rates.Of(scheme.Family);
}
