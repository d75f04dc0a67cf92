namespace NpuSim.Simulator.Execution;

/// <summary>What changes from one training step to the next.</summary>
/// <param name="Seed">Seed of the run: every random number is addressed by it.</param>
/// <param name="Step">Number of the step, from 0.</param>
/// <param name="LearningRate">η of this step.</param>
/// <param name="Progress">Share of the run's steps done before this one, 0..1.</param>
/// <param name="Round">Which micro-batch of the step, from 0.</param>
/// <param name="TailRate">η of weights that descend along a gradient beside others that follow an estimate; null: as <paramref
/// name="LearningRate"/>.</param>
public readonly record struct StepContext(ulong Seed, uint Step, double LearningRate, double Progress = 0, uint Round = 0,
    double? TailRate = null)
{
    /// <summary>η of weights that descend along a gradient.</summary>
    public double DescentRate => TailRate ?? LearningRate;
}
