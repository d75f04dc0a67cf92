using System.Globalization;

namespace NpuSim.Simulator.Training;

/// <summary>Where a training stopped making sense.</summary>
/// <param name="Step">The step, from 1, whose loss or weights are no numbers that its format holds.</param>
/// <param name="Reason">What is, as "the loss is no finite number".</param>
/// <param name="Episode">Of few-shot tasks the episode, from 1; else null.</param>
public sealed record Divergence(int Step, string Reason, int? Episode = null)
{
    /// <summary>As "diverged at step 12".</summary>
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture, $"diverged at step {Step}{(Episode is int episode ? string.Create(CultureInfo.InvariantCulture, $" of episode {episode}") : "")}");
}
