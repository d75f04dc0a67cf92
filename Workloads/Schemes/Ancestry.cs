using NpuSim.Workloads.Graphs;

namespace NpuSim.Workloads.Schemes;

/// <summary>What a value is computed from.</summary>
internal static class Ancestry
{
    /// <summary>The value, what it is computed from, and so on back to inputs and parameters.</summary>
    public static HashSet<Value> Of(Graph graph, Value value)
    {
        HashSet<Value> found = [value];
        foreach (Node node in graph.Nodes.Reverse())
        {
            if (found.Contains(node.Output))
                found.UnionWith(node.Inputs);
        }

        return found;
    }
}
