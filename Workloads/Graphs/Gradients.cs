using NpuSim.Workloads.Graphs.Ops;

namespace NpuSim.Workloads.Graphs;

/// <summary>Reverse-mode differentiation: a backward pass as more nodes of an ordinary graph.</summary>
public static class Gradients
{
    /// <summary>Name of the output that holds the gradient of the loss with respect to a parameter or input.</summary>
    public static string OutputName(string parameter) => $"gradient of {parameter}";

    /// <summary>
    /// The graph extended by the gradients of one loss. Only nodes on a path from a trainable parameter or input to the loss are
    /// differentiated, and only with respect to operands on such a path; so a frozen prefix has no gradient, and what only an
    /// untrained weight's gradient would read need not be kept. Gradients of a value used more than once are added up.
    /// </summary>
    /// <param name="graph">The forward graph.</param>
    /// <param name="loss">Name of an output of one element.</param>
    /// <param name="trainable">Names of the parameters, or inputs, to differentiate with respect to.</param>
    /// <param name="channels">
    /// Weights of linear layers and convolutions in one group of which only the first so many input channels are wanted: then
    /// only these channels of the layer's operand are read. Null: all parameters whole.
    /// </param>
    /// <param name="share">Factor of the loss: what is differentiated is its product with the loss.</param>
    /// <returns>
    /// The graph with an output <see cref="OutputName"/> for each trainable parameter, of the parameter's shape or, of a weight
    /// in
    /// <paramref name="channels"/>, as much narrower on the innermost axis.
    /// </returns>
    /// <exception cref="GraphException">
    /// There is no such output, parameter or input, or the loss does not depend on one that is to be trained.
    /// </exception>
    public static Graph Build(
        Graph graph, string loss, IReadOnlySet<string> trainable, IReadOnlyDictionary<string, int>? channels = null,
        double share = 1)
    {
        if (!graph.Outputs.TryGetValue(loss, out Value? root) || root.Shape.Count != 1)
            throw new GraphException(
                $"'{loss}' is not an output of one element; outputs are {string.Join(", ", graph.Outputs.Keys)}.");
        Value[] parameters = [.. graph.Parameters.Concat(graph.Inputs).Where(p => trainable.Contains(p.Name))];
        if (parameters.Length < trainable.Count)
        {
            string missing = trainable.Except(parameters.Select(p => p.Name)).Order(StringComparer.Ordinal).First();
            string known = string.Join(", ", graph.Parameters.Select(p => p.Name));
            throw new GraphException($"'{missing}' is not a parameter of the graph; they are {known}.");
        }

        HashSet<Value> active = [.. parameters];
        foreach (Node node in graph.Nodes)
        {
            if (node.Inputs.Any(active.Contains))
                active.Add(node.Output);
        }

        GraphBuilder builder = new(graph);
        Dictionary<Value, Value> gradients = [];
        if (active.Contains(root))
            gradients[root] = builder.Apply($"d {root.Name}", new Fill(root.Shape, share));
        foreach (Node node in graph.Nodes.Reverse())
        {
            if (gradients.TryGetValue(node.Output, out Value? gradient))
                Propagate(builder, node, gradient, active, gradients, channels);
        }

        foreach (Value parameter in parameters)
        {
            builder.Output(OutputName(parameter.Name), gradients.TryGetValue(parameter, out Value? gradient)
                ? gradient
                : throw new GraphException($"'{loss}' has no gradient with respect to '{parameter.Name}'."));
        }

        return builder.Build();
    }

    private static void Propagate(
        GraphBuilder builder, Node node, Value gradient, HashSet<Value> active, Dictionary<Value, Value> gradients,
        IReadOnlyDictionary<string, int>? channels)
    {
        for (int i = node.Inputs.Length - 1; i >= 0; i--) // parameters first: after them the saved operand is free
        {
            Value operand = node.Inputs[i];
            if (!active.Contains(operand))
                continue;
            Node applied = operand.Kind == ValueKind.Parameter && channels?.TryGetValue(operand.Name, out int kept) == true
                ? Narrowed(builder, node, i, kept)
                : node;
            if (applied.Op.Differentiate(builder, applied, gradient, i) is not Value contribution)
                continue;
            gradients[operand] = gradients.TryGetValue(operand, out Value? sum)
                ? builder.Apply($"d {operand.Name} sum", new Add(), sum, contribution)
                : contribution;
        }
    }

    // The layer as its weights on the first input channels see it.
    private static Node Narrowed(GraphBuilder builder, Node node, int weight, int channels)
    {
        if (weight != 1 || node.Op is not (Linear or Conv2d { Groups: 1 }))
            throw new GraphException($"{node.Op.Name} '{node.Output.Name}' has no gradient for some of its channels.");
        (Value x, Value w) = (node.Inputs[0], node.Inputs[1]);
        Value kept = builder.Apply($"{x.Name} kept", new Slice(x.Shape.Rank - 1, 0, channels), x);
        return node with { Inputs = [kept, w.Narrowed([.. w.Shape[..^1], channels]), .. node.Inputs.Skip(2)] };
    }
}
