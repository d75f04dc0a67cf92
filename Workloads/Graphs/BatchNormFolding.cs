using NpuSim.Workloads.Graphs.Ops;

namespace NpuSim.Workloads.Graphs;

/// <summary>
/// Removes batch normalisations with fixed statistics by scaling the filters of the layer before:
/// w'ₒ = wₒ · γ/√(variance + ε), b' = (b − mean) · γ/√(variance + ε) + β. Fixed-point accelerators run the folded network.
/// </summary>
public static class BatchNormFolding
{
    /// <summary>
    /// Folds every batch normalisation that alone reads the result of a convolution or linear layer; others stay.
    /// </summary>
    /// <param name="graph">The network.</param>
    /// <param name="weights">Values of its parameters by name.</param>
    /// <returns>
    /// The smaller network and its weights. A layer without bias gets one, named after its weight ("conv1.weight" →
    /// "conv1.bias"). Results agree with the original's up to rounding.
    /// </returns>
    /// <exception cref="GraphException">A parameter has no value or one of another length.</exception>
    public static (Graph Graph, IReadOnlyDictionary<string, float[]> Weights) Fold(
        Graph graph, IReadOnlyDictionary<string, float[]> weights)
    {
        Dictionary<string, float[]> values = new(StringComparer.Ordinal);
        return (Fold(graph, weights, values), values);
    }

    /// <summary>The smaller network alone, where weights are not needed: what plans are made of.</summary>
    /// <param name="graph">The network.</param>
    public static Graph Fold(Graph graph) => Fold(graph, null, []);

    private static Graph Fold(Graph graph, IReadOnlyDictionary<string, float[]>? weights, Dictionary<string, float[]> values)
    {
        Dictionary<Value, Node> folds = Foldable(graph);
        HashSet<Value> folded = [.. folds.Values.SelectMany(n => n.Inputs.Skip(1))];
        HashSet<Value> kept =
            [.. graph.Nodes.Where(n => !folds.ContainsValue(n)).SelectMany(n => n.Inputs), .. graph.Outputs.Values];
        Dictionary<Value, Value> map = [];
        GraphBuilder builder = new();
        Dictionary<Value, Node> nodes = graph.Nodes.ToDictionary(n => n.Output);
        foreach (Value value in graph.Values)
        {
            if (value.Kind == ValueKind.Input)
            {
                map[value] = builder.Input(value.Name, value.Shape);
            }
            else if (value.Kind == ValueKind.Parameter)
            {
                if (folded.Contains(value) && !kept.Contains(value))
                    continue;
                if (weights is not null)
                    values[value.Name] = Weights(weights, value);
                map[value] = builder.Parameter(value.Name, value.Shape);
            }
            else if (!map.ContainsKey(value))
            {
                Node node = nodes[value];
                if (folds.TryGetValue(value, out Node? norm))
                    map[value] = map[norm.Output] = Merge(builder, node, norm, map, weights, values);
                else
                    map[value] = builder.Apply(value.Name, node.Op, [.. node.Inputs.Select(i => map[i])]);
            }
        }

        foreach ((string name, Value value) in graph.Outputs)
            builder.Output(name, map[value]);
        return builder.Build();
    }

    // Result of a layer → the batch normalisation that alone reads it. The layer's parameters must be its own.
    private static Dictionary<Value, Node> Foldable(Graph graph)
    {
        ILookup<Value, Node> readers =
            graph.Nodes.SelectMany(n => n.Inputs.Select(i => (Value: i, Node: n))).ToLookup(p => p.Value, p => p.Node);
        Dictionary<Value, Node> folds = [];
        foreach (Node layer in graph.Nodes.Where(n => n.Op is Conv2d or Linear))
        {
            bool own = layer.Inputs.Skip(1).All(p => p.Kind == ValueKind.Parameter && readers[p].Count() == 1);
            if (own && !graph.Outputs.ContainsValue(layer.Output)
                && readers[layer.Output].ToArray() is [{ Op: BatchNorm { BatchStatistics: false } } norm]
                && norm.Inputs[0] == layer.Output && norm.Inputs.Skip(1).All(p => p.Kind == ValueKind.Parameter))
            {
                folds[layer.Output] = norm;
            }
        }

        return folds;
    }

    private static Value Merge(
        GraphBuilder builder, Node layer, Node norm, Dictionary<Value, Value> map, IReadOnlyDictionary<string, float[]>? weights,
        Dictionary<string, float[]> values)
    {
        Value weight = layer.Inputs[1];
        Value bias = layer.Inputs.Length > 2
            ? map[layer.Inputs[2]]
            : builder.Parameter(BiasName(weight.Name), norm.Inputs[2].Shape);
        if (weights is not null)
            (values[weight.Name], values[bias.Name]) = Scaled(layer, norm, weights);
        return builder.Apply(layer.Output.Name, layer.Op, map[layer.Inputs[0]], map[weight], bias);
    }

    private static string BiasName(string weight) =>
        $"{(weight.EndsWith(".weight", StringComparison.Ordinal) ? weight[..^7] : weight)}.bias";

    private static (float[] Filters, float[] Bias) Scaled(Node layer, Node norm, IReadOnlyDictionary<string, float[]> weights)
    {
        float[] gamma = Weights(weights, norm.Inputs[1]), beta = Weights(weights, norm.Inputs[2]);
        float[] mean = Weights(weights, norm.Inputs[3]), variance = Weights(weights, norm.Inputs[4]);
        float[]? oldBias = layer.Inputs.Length > 2 ? Weights(weights, layer.Inputs[2]) : null;
        float[] filters = [.. Weights(weights, layer.Inputs[1])], bias = new float[gamma.Length];
        int length = filters.Length / bias.Length;
        for (int o = 0; o < bias.Length; o++)
        {
            double factor = gamma[o] / Math.Sqrt(variance[o] + ((BatchNorm)norm.Op).Epsilon);
            foreach (ref float w in filters.AsSpan(o * length, length))
                w = (float)(w * factor);
            bias[o] = (float)((((oldBias?[o] ?? 0) - mean[o]) * factor) + beta[o]);
        }

        return (filters, bias);
    }

    private static float[] Weights(IReadOnlyDictionary<string, float[]> weights, Value parameter) =>
        weights.TryGetValue(parameter.Name, out float[]? values) && values.Length == parameter.Shape.Count
            ? values
            : throw new GraphException(
                $"parameter {parameter} needs {parameter.Shape.Count} values; got {values?.Length.ToString() ?? "none"}.");
}
