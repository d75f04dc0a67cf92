using NpuSim.Workloads.Tasks;

namespace NpuSim.Simulator.Methods;

/// <summary>Step sizes and length of a training run.</summary>
/// <param name="Steps">Training steps; at least 1.</param>
/// <param name="LearningRate">η of the first step.</param>
/// <param name="Decay">How η falls.</param>
/// <param name="Epsilon">ε, size of the probing perturbation; unused by backpropagation.</param>
/// <param name="InSteps">True: η and ε are counted in steps Δw of each tensor's scale; false: they are values.</param>
public sealed record TrainingSettings(int Steps, double LearningRate, Decay Decay, double Epsilon = 0, bool InSteps = false)
{
    /// <summary>η of the first step, and how it falls, of layers that backpropagation trains beside an estimate; null: there are
    /// none.</summary>
    public (double LearningRate, Decay Decay)? Tail { get; init; }

    /// <summary>η of these layers in a step, from 0; null: there are none.</summary>
    public double? TailRateAt(int step) => Tail is var (rate, decay) ? rate * decay.Factor(step, Steps) : null;

    /// <summary>η of a step, from 0.</summary>
    public double RateAt(int step) => LearningRate * Decay.Factor(step, Steps);
}
