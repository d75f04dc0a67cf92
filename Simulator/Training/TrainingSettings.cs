namespace NpuSim.Simulator.Training;

/// <summary>How the learning rate falls over a run.</summary>
public enum Decay
{
    /// <summary>It does not.</summary>
    None,

    /// <summary>In a straight line to zero.</summary>
    Linear,

    /// <summary>Along half a cosine to zero.</summary>
    Cosine,
}

/// <summary>Step sizes and length of a training run.</summary>
/// <param name="Steps">Training steps; at least 1.</param>
/// <param name="LearningRate">η of the first step.</param>
/// <param name="Decay">How η falls.</param>
/// <param name="Epsilon">ε, size of the probing perturbation; unused by backpropagation.</param>
public sealed record TrainingSettings(int Steps, double LearningRate, Decay Decay, double Epsilon = 0)
{
    /// <summary>η of a step: exact operations only, so the same on every machine.</summary>
    public double RateAt(int step)
    {
        double done = (double)step / Steps;
        return Decay switch
        {
            Decay.None => LearningRate,
            Decay.Linear => LearningRate * (1 - done),
            _ => LearningRate * (1 + Elementary.Cos(Math.PI * done)) / 2,
        };
    }
}
