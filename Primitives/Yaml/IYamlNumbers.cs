using System.Collections.Immutable;

namespace NpuSim.Yaml;

/// <summary>
/// A record of numbers whose keys a registry has instead of parameters of its own; its constructor takes the numbers that are
/// given, by key.
/// </summary>
public interface IYamlNumbers
{
    /// <summary>The keys, in the order in which they are printed.</summary>
    static abstract ImmutableArray<YamlNumber> Keys { get; }

    /// <summary>The numbers that are given, by key.</summary>
    ImmutableSortedDictionary<string, double> Numbers { get; }
}

/// <summary>One key of an <see cref="IYamlNumbers"/>.</summary>
/// <param name="Key">As written in YAML.</param>
/// <param name="Description">What it means, in one sentence.</param>
/// <param name="Required">True: it has to be there; otherwise null and leaving it out mean that there is no number.</param>
/// <param name="HideNull">True: a number that is not there is not printed either.</param>
public sealed record YamlNumber(string Key, string Description, bool Required, bool HideNull)
{
    /// <summary>Every number accepted is greater than this.</summary>
    public double Above { get; init; } = double.NaN;

    /// <summary>Greatest number accepted.</summary>
    public double Max { get; init; } = double.NaN;
}
