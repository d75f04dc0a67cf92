using System.Collections.Immutable;

namespace NpuSim.Simulator.Training;

/// <summary>When accuracy is measured while a training goes on, and on how many samples, so that methods can be compared before
/// the end. It costs a thirty-second of the training's samples each time on the way: no result depends on it.</summary>
public static class AccuracyPoints
{
    private const int Share = 32;

    private static readonly int[] Parts = [16, 8, 4, 2, 1];

    /// <summary>0, a sixteenth, an eighth, a quarter and half of the steps as far as these are whole steps, and the last.</summary>
    /// <param name="steps">Steps of the training, at least 1.</param>
    public static ImmutableArray<int> Of(int steps) =>
        [0, .. Parts.Select(d => steps / d).Where(s => s > 0).Distinct()];

    /// <summary>How many test samples, the first ones; where there are fewer, all.</summary>
    /// <param name="steps">Steps of the training, at least 1.</param>
    /// <param name="batch">Samples of a step.</param>
    public static int Samples(int steps, int batch) => (int)Math.Clamp((long)steps * batch / Share, 1, int.MaxValue);
}
