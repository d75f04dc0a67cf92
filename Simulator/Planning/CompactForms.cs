using NpuSim.Accelerators.Numerics;
using NpuSim.Workloads.Graphs;
using NpuSim.Workloads.Graphs.Ops;

namespace NpuSim.Simulator.Planning;

/// <summary>
/// Lets a backward pass read signs instead of a rectifier's result and places of maxima instead of a max pooling's images, where
/// nothing in it needs the whole.
/// </summary>
internal static class CompactForms
{
    /// <summary>The same gradients from the smaller forms.</summary>
    /// <param name="graph">The network.</param>
    /// <param name="whole">The network and its gradients.</param>
    public static Graph Of(Graph graph, Graph whole)
    {
        Dictionary<int, int> owners = whole.Values.ToDictionary(v => v.Id, v => v.Id);
        foreach (Node view in whole.Nodes.Where(n => n.Op.IsView))
            owners[view.Output.Id] = owners[view.Inputs[0].Id];
        HashSet<int> neededWhole =
        [
            .. from node in whole.Nodes
               where node.Output.Id >= graph.Values.Length && !node.Op.IsView
               from operand in Enumerable.Range(0, node.Inputs.Length)
               where !IsCompactable(node, operand)
               select owners[node.Inputs[operand].Id],
        ];
        return GraphRewriting.Run(whole, (g, node) =>
        {
            if (node.Output.Id < graph.Values.Length || !IsCompactable(node, 1)
                || neededWhole.Contains(owners[node.Inputs[1].Id]))
                return g.Copy(node);
            Value saved = node.Inputs[1], gradient = g[node.Inputs[0]];
            return node.Op is MaxPoolGradient { Pool: var pool }
                ? g.Builder.Apply(node.Output.Name, new MaxPoolIndexGradient(pool, saved.Shape), gradient,
                    Part("places", new MaxPoolIndex(pool)))
                : g.Builder.Apply(node.Output.Name, new ReluGradient(), gradient,
                    Part("signs", new Positive(((ReluGradient)node.Op).Ceiling)));

            Value Part(string what, Op op) => g.Builder.Apply($"{saved.Name} {what}", op, g[saved]);
        });
    }

    /// <summary>True when every place in a window fits the format.</summary>
    public static bool Holds(NumberFormat format, MaxPool pool) => pool.Height * pool.Width - 1 <= format.MaxValue();

    // Operands that a smaller form can stand for.
    private static bool IsCompactable(Node node, int operand) =>
        operand == 1 && (node.Op is ReluGradient
            || (node.Op is MaxPoolGradient { Pool: var pool } && Holds(NumberFormat.Int8, pool)));
}
