using System.Collections.Immutable;
using NpuSim.Workloads.Graphs;
using NpuSim.Yaml;

namespace NpuSim.Workloads.Schemes;

/// <summary>
/// Which parameters of a network train, and what is added to the network so that they can. Schemes are equal when their names
/// are.
/// </summary>
/// <param name="Name">As in commands and reports, options included: "ft", "lora=4", "norm+lp".</param>
/// <param name="Description">One line.</param>
/// <param name="Apply">Makes the network that trains out of the one that is given.</param>
public sealed record TuningScheme(string Name, string Description, Func<Graph, Tuning> Apply)
{
    /// <summary>Most prompts of a layer and highest rank that a scheme can ask for.</summary>
    public const int LargestOption = 4096;

    private static readonly string[] NeverTrained = [".mean", ".variance", ".constant"];

    /// <summary>Every parameter except the statistics of batch normalisation and what is called a constant.</summary>
    public static TuningScheme Full { get; } = new(
        "ft", "full fine-tuning: every weight and bias",
        graph => Tuning.Of(graph, name => !NeverTrained.Any(ending => name.EndsWith(ending, StringComparison.Ordinal))));

    /// <summary>The classifier, which every model names "head".</summary>
    public static TuningScheme LastLayer { get; } = new(
        "lp", "linear probing: the last linear layer",
        graph => Tuning.Of(graph, name => name.StartsWith("head.", StringComparison.Ordinal)));

    /// <summary>Name without options, of the first part: what a workload's learning rates are given for.</summary>
    public string Family => Name.Split('+', ':', '=')[0];

    /// <summary>Reads a scheme, or several joined by "+", which train and add what each of them does.</summary>
    /// <exception cref="InputException">There is no such scheme, or its options are not accepted.</exception>
    public static TuningScheme Parse(string name)
    {
        TuningScheme[] parts = [.. name.Split('+').Select(part => Single(part, name))];
        if (parts.Length == 1)
            return parts[0];
        if (parts.Select(p => p.Family).Distinct().Count() < parts.Length)
            throw new InputException($"scheme '{name}' names a part twice.");
        return new(string.Join('+', parts.Select(p => p.Name)), string.Join("; ", parts.Select(p => p.Description)),
            graph => parts.Skip(1).Aggregate(parts[0].Tune(graph), (tuning, part) => tuning.And(part.Tune(tuning.Graph))));
    }

    /// <summary>The network under this scheme.</summary>
    /// <param name="graph">The network as it was trained before.</param>
    /// <exception cref="GraphException">No parameter would train, or the network has nothing that the scheme could work
    /// on.</exception>
    public Tuning Tune(Graph graph)
    {
        Tuning tuning = Apply(graph);
        if (tuning.Trained.IsEmpty)
            throw new GraphException($"scheme {Name} trains nothing: no parameter of the network fits it.");
        if (graph.Parameters.FirstOrDefault(p => p.CopyOf is { } first
            && (tuning.Trained.Contains(p.Name) || tuning.Trained.Contains(first))) is { } copy)
        {
            throw new GraphException(
                $"scheme {Name} trains '{copy.CopyOf}', which the network uses a second time in a form that one tensor "
                + $"cannot serve ('{copy.Name}'); they would drift apart: accepted are schemes that leave both as they are.");
        }

        return tuning;
    }

    /// <summary>Names of the parameters that train.</summary>
    /// <inheritdoc cref="Tune"/>
    public ImmutableHashSet<string> Select(Graph graph) => Tune(graph).Trained;

    /// <summary>Equal by name.</summary>
    public bool Equals(TuningScheme? other) => Name == other?.Name;

    /// <inheritdoc/>
    public override int GetHashCode() => Name.GetHashCode(StringComparison.Ordinal);

    private static TuningScheme Single(string text, string whole)
    {
        if (TuningSchemes.All.Where(f => text.Split('=', ':')[0] == f.Name).Select(f => f.Read(text))
            .FirstOrDefault(s => s is not null) is { } scheme)
            return scheme;
        string meant = Suggestion.For(text, TuningSchemes.All.Select(f => f.Name).Where(n => n != text));
        string forms = string.Join(", ", TuningSchemes.All.Select(f => $"{f.Form} ({f.Description})"));
        throw new InputException($"there is no scheme '{whole}'{meant}; accepted are {forms}, or several joined by '+'");
    }
}
