using System.Collections.Immutable;
using NpuSim.Workloads.Graphs;

namespace NpuSim.Simulator.Training;

/// <summary>Which parameters of a network train.</summary>
/// <param name="Name">As in commands and reports.</param>
/// <param name="Description">One line.</param>
/// <param name="Trains">True for the names of parameters that train.</param>
public sealed record TuningScheme(string Name, string Description, Func<string, bool> Trains)
{
    /// <summary>Every parameter except the statistics of batch normalisation.</summary>
    public static TuningScheme Full { get; } =
        new("ft", "full fine-tuning: every weight and bias", name => !name.EndsWith(".mean") && !name.EndsWith(".variance"));

    /// <summary>The classifier, which every model names "head".</summary>
    public static TuningScheme LastLayer { get; } =
        new("lp", "linear probing: the last linear layer", name => name.StartsWith("head.", StringComparison.Ordinal));

    /// <summary>Every scheme.</summary>
    public static ImmutableArray<TuningScheme> All { get; } = [Full, LastLayer];

    /// <summary>The scheme of this name.</summary>
    /// <exception cref="InputException">There is none.</exception>
    public static TuningScheme Parse(string name) =>
        All.FirstOrDefault(s => s.Name == name)
        ?? throw new InputException(
            $"there is no scheme '{name}'; accepted are {string.Join(", ", All.Select(s => $"{s.Name} ({s.Description})"))}");

    /// <summary>Names of the parameters of a network that train.</summary>
    /// <exception cref="GraphException">There are none.</exception>
    public ImmutableHashSet<string> Select(Graph graph)
    {
        ImmutableHashSet<string> names = [.. graph.Parameters.Select(p => p.Name).Where(Trains)];
        return names.IsEmpty ? throw new GraphException($"scheme {Name} trains nothing: no parameter of the network fits it.") : names;
    }
}
