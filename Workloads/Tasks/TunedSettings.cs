using System.Collections.Immutable;
using NpuSim.Yaml;

namespace NpuSim.Workloads.Tasks;

/// <summary>
/// Step sizes in place of those of a method's section, for methods in one format or with switches that change what a step size
/// means. What is left out stays as in the section.
/// </summary>
/// <param name="Method">Family of methods, with or without format, and switches. Only readers that know the methods can check
/// it.</param>
/// <param name="LearningRate">Learning rates at the first step by scheme (<see cref="LearningRates.Schemes"/>).</param>
/// <param name="Epsilon">ε; null: as in the section.</param>
/// <param name="Directions">m; null: as in the section.</param>
/// <param name="Decay">How the learning rate falls; null: as in the section.</param>
[Yaml("Step sizes in place of those of a method's section, for methods in one format or with switches that change what a step "
    + "size means. What is left out stays as in the section.",
    Key = "tuned")]
public sealed record TunedSettings(
    [Yaml("A method with or without its format, and switches, as ff+kernel-norm or ff:fp32+kernel-norm. It fits every method "
        + "that has all of them; of several that fit the one with the most switches counts, then the one with a format.")]
    string Method,
    [Yaml("Learning rates at the first step by tuning scheme, as { ft: 1e-2, lp: 1e-3 }; a scheme without one of its own takes "
        + "that of ft here, without one the section's.",
        Above = 0, Max = 10, Optional = true)]
    ImmutableSortedDictionary<string, double> LearningRate,
    [Yaml("How far the weights are moved along a random direction; of qzo-ff-steps in steps of each tensor's scale.",
        Above = 0, Max = 10000)]
    double? Epsilon = null,
    [Yaml("Random directions tried in each step.", Min = 1, Max = 1000)] int? Directions = null,
    [Yaml("How the learning rate falls.")] Decay? Decay = null) : IChecked
{
    /// <summary>The rate of a scheme, by its name without options; null: the section's.</summary>
    public double? RateOf(string scheme) =>
        LearningRate.TryGetValue(scheme, out double own) ? own : LearningRate.TryGetValue("ft", out double whole) ? whole : null;

    /// <inheritdoc/>
    public IEnumerable<Problem> Problems()
    {
        foreach (string scheme in LearningRate.Keys.Where(s => !LearningRates.Schemes.Contains(s)))
        {
            yield return new Problem($"learning-rate.{scheme}",
                $"there is no scheme '{scheme}'; accepted are "
                    + $"{string.Join(", ", LearningRates.Schemes)}{Suggestion.For(scheme, LearningRates.Schemes)}");
        }

        if (LearningRate.IsEmpty && Epsilon is null && Directions is null && Decay is null)
            yield return new Problem("",
                "the entry sets nothing; accepted is one with learning-rate, epsilon, directions or decay");
    }
}
