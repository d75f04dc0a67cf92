namespace NpuSim.Workloads.Graphs;

/// <summary>Copies a graph node by node, with some nodes replaced: how something is added to a network that exists.</summary>
public sealed class GraphRewriting
{
    private readonly Dictionary<Value, Value> map = [];

    private GraphRewriting(GraphBuilder builder) => Builder = builder;

    /// <summary>Where new parameters and operations go.</summary>
    public GraphBuilder Builder { get; }

    /// <summary>What stands for a value of the old graph in the new one; values are there once their node was copied.</summary>
    /// <param name="old">A value of the old graph.</param>
    public Value this[Value old]
    {
        get => map[old];
        set => map[old] = value;
    }

    /// <summary>Copies a node as it is, on what now stands for its operands.</summary>
    /// <param name="node">A node of the old graph.</param>
    /// <returns>Its result in the new graph.</returns>
    public Value Copy(Node node) => Copy(node, node.Op);

    /// <summary>Copies a node with another operation.</summary>
    /// <param name="node">A node of the old graph.</param>
    /// <param name="op">The operation in its place.</param>
    /// <returns>Its result in the new graph.</returns>
    /// <exception cref="GraphException">The operation does not take the operands.</exception>
    public Value Copy(Node node, Op op) => Builder.Apply(node.Output.Name, op, [.. node.Inputs.Select(i => map[i])]);

    /// <summary>Copies a graph. Inputs, parameters and outputs keep their names; parameters keep their order.</summary>
    /// <param name="graph">The graph.</param>
    /// <param name="rewrite">
    /// Gives what stands for a node's result: <see cref="Copy(Node)"/> where nothing changes, or the result of other operations.
    /// </param>
    public static Graph Run(Graph graph, Func<GraphRewriting, Node, Value> rewrite)
    {
        GraphBuilder builder = new();
        GraphRewriting rewriting = new(builder);
        Dictionary<Value, Node> nodes = graph.Nodes.ToDictionary(n => n.Output);
        foreach (Value value in graph.Values)
        {
            rewriting.map[value] = value.Kind switch
            {
                ValueKind.Input => builder.Input(value.Name, value.Shape),
                ValueKind.Parameter => builder.Parameter(value.Name, value.Shape, value.CopyOf),
                _ => rewrite(rewriting, nodes[value]),
            };
        }

        foreach ((string name, Value value) in graph.Outputs)
            builder.Output(name, rewriting.map[value]);
        return builder.Build();
    }
}
