using NpuSim.Workloads.Graphs.Ops;

namespace NpuSim.Workloads.Graphs;

/// <summary>
/// Removes batch normalisations with fixed statistics by scaling the filters of the layer before:
/// w'ₒ = wₒ · γ/√(variance + ε), b' = (b − mean) · γ/√(variance + ε) + β. Fixed-point accelerators run the folded network.
/// </summary>
public static class BatchNormFolding
{
    /// <summary>
    /// Folds every batch normalisation that alone reads the result of a convolution or linear layer; others stay. Layers that
    /// share filters go on sharing them where their normalisations are the same; otherwise each of the others gets a copy of its
    /// own, which cannot train (<see cref="Value.CopyOf"/>).
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
        FoldedParameters parameters = new(graph, builder, folds, map, weights, values);
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
                    values[value.Name] = FoldedParameters.ValuesOf(weights, value);
                map[value] = builder.Parameter(value.Name, value.Shape, value.CopyOf);
            }
            else if (!map.ContainsKey(value))
            {
                Node node = nodes[value];
                map[value] = folds.TryGetValue(value, out Node? norm)
                    ? map[norm.Output] = parameters.Apply(node, norm)
                    : builder.Apply(value.Name, node.Op, [.. node.Inputs.Select(i => map[i])]);
            }
        }

        foreach ((string name, Value value) in graph.Outputs)
            builder.Output(name, map[value]);
        return builder.Build();
    }

    // Result of a layer → the batch normalisation that alone reads it.
    private static Dictionary<Value, Node> Foldable(Graph graph)
    {
        ILookup<Value, Node> readers =
            graph.Nodes.SelectMany(n => n.Inputs.Select(i => (Value: i, Node: n))).ToLookup(p => p.Value, p => p.Node);
        Dictionary<Value, Node> folds = [];
        foreach (Node layer in graph.Nodes.Where(n => n.Op is Conv2d or Linear))
        {
            if (layer.Inputs.Skip(1).All(p => p.Kind == ValueKind.Parameter) && !graph.Outputs.ContainsValue(layer.Output)
                && readers[layer.Output].ToArray() is [{ Op: BatchNorm { BatchStatistics: false } } norm]
                && norm.Inputs[0] == layer.Output && norm.Inputs.Skip(1).All(p => p.Kind == ValueKind.Parameter))
            {
                folds[layer.Output] = norm;
            }
        }

        return folds;
    }
}
