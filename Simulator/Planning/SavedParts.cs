using System.Collections.Immutable;
using NpuSim.Workloads.Graphs;
using NpuSim.Workloads.Graphs.Ops;

namespace NpuSim.Simulator.Planning;

/// <summary>
/// What a backward pass needs of a forward result is taken while the result is there: some of its channels. Only that part is
/// then kept, not the whole.
/// </summary>
internal static class SavedParts
{
    /// <summary>The nodes in order, each such part directly after the last forward node that reads the whole.</summary>
    /// <param name="graph">The forward graph.</param>
    /// <param name="nodes">Its nodes and those of its gradients.</param>
    /// <param name="forward">Ids of everything that the forward pass computes, the parts included.</param>
    public static ImmutableArray<Node> InForwardPass(Graph graph, ImmutableArray<Node> nodes, out HashSet<int> forward)
    {
        HashSet<int> results = [.. graph.Nodes.Select(n => n.Output.Id)], given = [.. graph.Values.Select(v => v.Id)];
        ILookup<int, Node> parts = nodes.Where(n => n.Op is Slice && !results.Contains(n.Output.Id) && given.Contains(n.Inputs[0].Id))
            .ToLookup(n => n.Inputs[0].Id);
        HashSet<Node> moved = [.. parts.SelectMany(p => p)];
        Dictionary<int, Node> lastReader = [];
        foreach (Node node in nodes.Where(n => results.Contains(n.Output.Id)))
        {
            foreach (Value operand in node.Inputs)
                lastReader[operand.Id] = node;
        }

        forward = [.. results, .. moved.Select(n => n.Output.Id)];
        return
        [
            .. from node in nodes
               where !moved.Contains(node)
               from next in new[] { node }.Concat(node.Inputs.Select(i => i.Id).Distinct().Where(id => lastReader.GetValueOrDefault(id) == node).SelectMany(id => parts[id]))
               select next,
        ];
    }
}
