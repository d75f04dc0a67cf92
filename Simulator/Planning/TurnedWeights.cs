using NpuSim.Workloads.Graphs;
using NpuSim.Workloads.Graphs.Ops;

namespace NpuSim.Simulator.Planning;

/// <summary>
/// Weights that a layer reads with their axes in another order than they are stored, because another layer shares them: results
/// of transposes and reshapes of a parameter that only layers read, as their weights. They have the format of weights, and are no
/// result per sample.
/// </summary>
internal static class TurnedWeights
{
    /// <summary>Their value ids.</summary>
    /// <param name="nodes">The operations of a forward pass.</param>
    /// <param name="moving">Ids of what a trained weight feeds; turned weights that such an operation reads are added, for they
    /// are made anew with it.</param>
    public static HashSet<int> Of(IReadOnlyCollection<Node> nodes, HashSet<int> moving)
    {
        HashSet<int> turned = [];
        ILookup<int, (Node Node, int Operand)> readers =
            nodes.SelectMany(n => n.Inputs.Select((v, i) => (v.Id, Read: (n, i)))).ToLookup(r => r.Id, r => r.Read);
        foreach (Node node in nodes.Reverse().Where(n => n.Op is Transpose or Reshape && ComesFromParameter(n)))
        {
            if (!readers[node.Output.Id].All(r => r.Node.Op is Linear or Conv2d
                ? r.Operand == 1 : turned.Contains(r.Node.Output.Id)))
                continue;
            turned.Add(node.Output.Id);
            if (readers[node.Output.Id].Any(r => moving.Contains(r.Node.Output.Id)))
                moving.Add(node.Output.Id);
        }

        return turned;

        bool ComesFromParameter(Node node) => node.Inputs[0].Kind == ValueKind.Parameter
            || (nodes.FirstOrDefault(n => n.Output.Id == node.Inputs[0].Id) is { Op: Transpose or Reshape } maker
                && ComesFromParameter(maker));
    }
}
