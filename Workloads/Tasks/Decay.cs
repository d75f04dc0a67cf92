using NpuSim.Yaml;

namespace NpuSim.Workloads.Tasks;

/// <summary>How a learning rate falls over the steps of a training.</summary>
public enum Decay
{
    /// <summary>Not at all.</summary>
    [Yaml("the same at every step")]
    None,

    /// <summary>In a straight line toward 0 after the last step.</summary>
    [Yaml("1 − step / steps")]
    Linear,

    /// <summary>Along half a cosine toward 0 after the last step.</summary>
    [Yaml("(1 + cos(π · step / steps)) / 2")]
    Cosine,
}

/// <summary>Values of the decays.</summary>
public static class Decays
{
    /// <summary>
    /// Factor on the learning rate at a step: 1 at step 0, and 0 would be reached at step <paramref name="steps"/>.
    /// </summary>
    /// <param name="decay">The decay.</param>
    /// <param name="step">0..steps.</param>
    /// <param name="steps">Steps of the whole training, at least 1.</param>
    public static double Factor(this Decay decay, int step, int steps)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(steps, 1);
        ArgumentOutOfRangeException.ThrowIfNegative(step);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(step, steps);
        double done = (double)step / steps;
        return decay switch
        {
            Decay.None => 1,
            Decay.Linear => 1 - done,
            Decay.Cosine => (1 + Elementary.CosPi(done)) / 2,
            _ => throw new ArgumentOutOfRangeException(nameof(decay)),
        };
    }
}
