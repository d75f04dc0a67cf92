using NpuSim.Workloads.Graphs.Ops;

namespace NpuSim.Workloads.Graphs;

/// <summary>Reverse-mode differentiation: a backward pass as more nodes of an ordinary graph.</summary>
public static class Gradients
{
    /// <summary>Name of the output that holds the gradient of the loss with respect to a parameter.</summary>
    public static string OutputName(string parameter) => $"gradient of {parameter}";

    /// <summary>
    /// The graph extended by the gradients of one loss. Only nodes on a path from a trainable parameter to the loss are
    /// differentiated, and only with respect to operands on such a path; so a frozen prefix has no gradient, and what only an
    /// untrained weight's gradient would read need not be kept. Gradients of a value used more than once are added up.
    /// </summary>
    /// <param name="graph">The forward graph.</param>
    /// <param name="loss">Name of an output of one element.</param>
    /// <param name="trainable">Names of the parameters to differentiate with respect to.</param>
    /// <returns>
    /// The graph with an output <see cref="OutputName"/> for each trainable parameter, of the parameter's shape.
    /// </returns>
    /// <exception cref="GraphException">
    /// There is no such output or parameter, or the loss does not depend on a trainable parameter.
    /// </exception>
    public static Graph Build(Graph graph, string loss, IReadOnlySet<string> trainable)
    {
        if (!graph.Outputs.TryGetValue(loss, out Value? root) || root.Shape.Count != 1)
            throw new GraphException(
                $"'{loss}' is not an output of one element; outputs are {string.Join(", ", graph.Outputs.Keys)}.");
        Value[] parameters = [.. graph.Parameters.Where(p => trainable.Contains(p.Name))];
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
            gradients[root] = builder.Apply($"d {root.Name}", new Fill(root.Shape, 1));
        foreach (Node node in graph.Nodes.Reverse())
        {
            if (gradients.TryGetValue(node.Output, out Value? gradient))
                Propagate(builder, node, gradient, active, gradients);
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
        GraphBuilder builder, Node node, Value gradient, HashSet<Value> active, Dictionary<Value, Value> gradients)
    {
        for (int i = node.Inputs.Length - 1; i >= 0; i--) // parameters first: after them the saved operand is free
        {
            Value operand = node.Inputs[i];
            if (!active.Contains(operand) || node.Op.Differentiate(builder, node, gradient, i) is not Value contribution)
                continue;
            gradients[operand] = gradients.TryGetValue(operand, out Value? sum)
                ? builder.Apply($"d {operand.Name} sum", new Add(), sum, contribution)
                : contribution;
        }
    }
}
