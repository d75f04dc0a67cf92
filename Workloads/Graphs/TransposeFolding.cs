using System.Collections.Immutable;
using NpuSim.Workloads.Graphs.Ops;

namespace NpuSim.Workloads.Graphs;

/// <summary>
/// Removes transposes that networks bring along because they were written for another order of axes. Every transpose moves down
/// past what works element by element until its inverse meets it; one that a reshape to rows follows is taken into the weights of
/// the linear layer behind. What remains stays an operation, and is done where it is cheapest: nothing is taken where it would
/// not become less.
/// </summary>
internal static class TransposeFolding
{
    /// <summary>The network with fewer transposes.</summary>
    /// <param name="graph">The network.</param>
    /// <returns>
    /// The same function under the same names, and for each parameter whose numbers lie in another order: element i of its new
    /// values is element order[i] of the old ones.
    /// </returns>
    public static (Graph Graph, IReadOnlyDictionary<string, int[]> Orders) Fold(Graph graph)
    {
        if (!graph.Nodes.Any(n => n.Op is Transpose))
            return (graph, ImmutableDictionary<string, int[]>.Empty);
        TransposeSinking sinking = new(graph);
        Graph folded = sinking.Run();
        return Moved(folded) < Moved(graph) ? (folded, sinking.Orders) : (graph, ImmutableDictionary<string, int[]>.Empty);
    }

    /// <summary>Elements that the transposes of a network move.</summary>
    internal static long Moved(Graph graph) => graph.Nodes.Where(n => n.Op is Transpose).Sum(n => n.Output.Shape.Count);
}
