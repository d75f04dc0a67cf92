using System.Collections.Immutable;
using NpuSim.Workloads.Graphs;
using NpuSim.Workloads.Models;

namespace NpuSim.Workloads.Schemes;

/// <summary>How a parameter that a scheme adds starts.</summary>
public enum Start
{
    /// <summary>At zero, so that what reads it adds nothing to the network at first.</summary>
    Zero,

    /// <summary>Drawn as a new layer's would be (<see cref="Initialization"/>).</summary>
    Drawn,
}

/// <summary>A network under a tuning scheme.</summary>
/// <param name="Graph">The network, what the scheme adds included.</param>
/// <param name="Trained">Names of the parameters that train; at least one.</param>
/// <param name="Added">Parameters that the scheme adds, by name.</param>
/// <param name="Channels">
/// Trained weights of which only a part trains: the weights of the first so many input channels (the innermost axis). Biases and
/// all other trained parameters train whole.
/// </param>
public sealed record Tuning(
    Graph Graph, ImmutableHashSet<string> Trained, ImmutableSortedDictionary<string, Start> Added,
    ImmutableSortedDictionary<string, int> Channels)
{
    // Added parameters belong to the task, not to a run: every run starts from the same ones.
    private const ulong Seed = 1;

    // Weights that start at zero are given room to grow to half of what a new layer would start with.
    private const float Growth = 0.5f;

    private static readonly ImmutableSortedDictionary<string, Start> NoAddition =
        ImmutableSortedDictionary.Create<string, Start>(StringComparer.Ordinal);
    private static readonly ImmutableSortedDictionary<string, int> Whole =
        ImmutableSortedDictionary.Create<string, int>(StringComparer.Ordinal);

    /// <summary>A network as it is, of which some parameters train.</summary>
    /// <param name="graph">The network.</param>
    /// <param name="trains">True for the names of parameters that train.</param>
    public static Tuning Of(Graph graph, Func<string, bool> trains) =>
        new(graph, [.. graph.Parameters.Select(p => p.Name).Where(trains)], NoAddition, Whole);

    /// <summary>A network with additions, which train.</summary>
    /// <param name="graph">The network with its additions.</param>
    /// <param name="added">The parameters added, by name.</param>
    /// <param name="others">Names of parameters that train beside them.</param>
    public static Tuning With(Graph graph, IEnumerable<KeyValuePair<string, Start>> added, params IEnumerable<string> others)
    {
        ImmutableSortedDictionary<string, Start> all = NoAddition.AddRange(added);
        return new(graph, [.. all.Keys, .. others], all, Whole);
    }

    /// <summary>Trained parameters in elements, partly trained ones with the part that trains.</summary>
    public long TrainedCount => Graph.Parameters.Where(p => Trained.Contains(p.Name)).Sum(TrainedPart);

    /// <summary>This and, on the network it made, another scheme's tuning.</summary>
    /// <exception cref="InputException">One trains whole what the other trains in part.</exception>
    public Tuning And(Tuning other)
    {
        foreach (string part in Channels.Keys.Union(other.Channels.Keys)
            .Where(p => Trained.Contains(p) && other.Trained.Contains(p)))
            throw new InputException($"'{part}' trains in part by one scheme and by another too; accepted is one that names it.");
        return new(other.Graph, Trained.Union(other.Trained), Added.AddRange(other.Added), Channels.AddRange(other.Channels));
    }

    /// <summary>Values of every parameter when training begins.</summary>
    /// <param name="weights">Those of the network that the scheme was applied to, by name.</param>
    public IReadOnlyDictionary<string, float[]> StartFrom(IReadOnlyDictionary<string, float[]> weights) => Complete(weights, 0);

    /// <summary>
    /// The same with weights that start at zero drawn as half of a new layer's: the network as it may become, from which
    /// fixed-point scales take the room that additions need.
    /// </summary>
    /// <param name="weights">Those of the network that the scheme was applied to, by name.</param>
    public IReadOnlyDictionary<string, float[]> GrownFrom(IReadOnlyDictionary<string, float[]> weights) =>
        Complete(weights, Growth);

    private IReadOnlyDictionary<string, float[]> Complete(IReadOnlyDictionary<string, float[]> weights, float zeros)
    {
        if (Added.IsEmpty)
            return weights;
        Dictionary<string, float[]> all = new(weights, StringComparer.Ordinal);
        IReadOnlyDictionary<string, float[]> drawn = Initialization.Weights(Graph, Seed);
        foreach ((string name, Start start) in Added)
            all[name] = start == Start.Drawn ? drawn[name] : [.. drawn[name].Select(w => w * zeros)];
        return all;
    }

    private long TrainedPart(Value parameter) =>
        Channels.TryGetValue(parameter.Name, out int channels)
            ? parameter.Shape.Count / parameter.Shape[^1] * channels : parameter.Shape.Count;
}
