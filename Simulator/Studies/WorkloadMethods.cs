using NpuSim.Simulator.Methods;
using NpuSim.Workloads.Schemes;
using NpuSim.Workloads.Tasks;

namespace NpuSim.Simulator.Studies;

/// <summary>What a workload file says of each method.</summary>
public static class WorkloadMethods
{
    /// <summary>Reads a workload file, or a shipped workload by its name, and checks what it says of methods too.</summary>
    /// <param name="nameOrPath">One of <see cref="ShippedWorkloads.Names"/> or a YAML file.</param>
    /// <exception cref="InputException">There is no such workload, or its file has faults; then every one is listed with its
    /// place.</exception>
    public static Workload Load(string nameOrPath) => Workload.Load(nameOrPath, TunedMethods.Problems);

    /// <summary>The method with the workload's compression of weights, and its number of directions or momentum unless a switch
    /// gave one.</summary>
    public static Method Configure(this Workload workload, Method method) =>
        Elastic(workload, Trained(workload, method)) with { Compression = workload.Compression };

    private static Method Elastic(Workload workload, Method method) => method is ForwardMethod { TailLayers: not null } forward
        ? forward with { TailMomentum = workload.Methods.Bp.Momentum } : method;

    private static Method Trained(Workload workload, Method method) => method switch
    {
        ForwardMethod { HasOwnDirections: true } or Backpropagation { HasOwnMomentum: true } => method,
        Backpropagation bp => bp with { Momentum = workload.Methods.Bp.Momentum },
        ForwardMethod forward => forward with
        {
            Directions = TunedMethods.Of(workload, method)?.Directions
            ?? Section(workload, method).Directions
        },
        _ => throw new ArgumentOutOfRangeException(nameof(method)),
    };

    /// <summary>Step sizes of a method in a tuning scheme.</summary>
    public static TrainingSettings Settings(this Workload workload, Method method, TuningScheme scheme)
    {
        (LearningRates rates, Decay decay, double epsilon, _) = Section(workload, method);
        TunedSettings? tuned = TunedMethods.Of(workload, method);
        return new TrainingSettings(
            workload.Adapt.Steps, tuned?.RateOf(scheme.Family) ?? rates.Of(scheme.Family), tuned?.Decay ?? decay,
            tuned?.Epsilon ?? epsilon,
            method is QuantizedForwardGradient { InSteps: true })
        {
            Tail = method is ForwardMethod { TailLayers: not null }
                ? (workload.Methods.Bp.LearningRate.Of(scheme.Family), workload.Methods.Bp.Decay) : null,
        };
    }

    private static (LearningRates Rates, Decay Decay, double Epsilon, int Directions) Section(Workload workload, Method method)
    {
        switch (method)
        {
            case Backpropagation:
                BackpropagationSettings bp = workload.Methods.Bp;
                return (bp.LearningRate, bp.Decay, 0, 0);
            case QuantizedForwardGradient { InSteps: true }:
                StepSettings steps = workload.Methods.QzoFfSteps
                    ?? throw new InputException(
                        $"workload {workload.Name}: methods.qzo-ff-steps is missing; method qzo-ff-steps needs its step sizes.");
                return (steps.LearningRate, steps.Decay, steps.Epsilon, steps.Directions);
            default:
                ForwardGradientSettings forward = method is ForwardGradient ? workload.Methods.Ff : workload.Methods.QzoFf;
                return (forward.LearningRate, forward.Decay, forward.Epsilon, forward.Directions);
        }
    }
}
