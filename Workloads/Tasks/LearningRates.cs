using System.Collections.Immutable;
using NpuSim.Workloads.Schemes;
using NpuSim.Yaml;

namespace NpuSim.Workloads.Tasks;

/// <summary>One learning rate for each tuning scheme. A scheme without one of its own takes that of <c>ft</c>.</summary>
/// <param name="Numbers">Rates above 0 by the scheme's name without options; those of "ft" and "lp" are always there.</param>
[Yaml("One learning rate for each tuning scheme; a scheme without one of its own takes that of ft, and of several joined by '+' "
    + "the "
    + "first decides.")]
public sealed record LearningRates(ImmutableSortedDictionary<string, double> Numbers) : IYamlNumbers
{
    // The first that every workload states, and the first of which it is printed that a workload has none: what was printed
    // before others were registered keeps its bytes.
    private const int Stated = 2, Printed = 9;

    /// <inheritdoc/>
    public static ImmutableArray<YamlNumber> Keys { get; } =
    [
        .. TuningSchemes.All.Select((family, place) => new YamlNumber(
            family.Name, family.Where + (place < Stated ? "." : "; null: as ft."), place < Stated, place >= Printed)
        {
            Above = 0,
            Max = 10,
        }),
    ];

    /// <summary>Every scheme that can have a rate of its own.</summary>
    public static ImmutableArray<string> Schemes { get; } = [.. TuningSchemes.All.Select(f => f.Name)];

    /// <summary>Rates where all parameters and where only the last linear layer train; other schemes take the first.</summary>
    public static LearningRates Common(double ft, double lp) => new(
        ImmutableSortedDictionary.Create<string, double>(StringComparer.Ordinal)
            .Add(TuningScheme.Full.Name, ft).Add(TuningScheme.LastLayer.Name, lp));

    /// <summary>The rate of a scheme, by its name without options: "lp", "lora".</summary>
    public double Of(string scheme) => Numbers.TryGetValue(scheme, out double own) ? own : Numbers[TuningScheme.Full.Name];

    /// <summary>Equal by rates.</summary>
    public bool Equals(LearningRates? other) => other is not null && Numbers.SequenceEqual(other.Numbers);

    /// <inheritdoc/>
    public override int GetHashCode() => Numbers.Aggregate(0, (hash, rate) => HashCode.Combine(hash, rate.Key, rate.Value));
}
