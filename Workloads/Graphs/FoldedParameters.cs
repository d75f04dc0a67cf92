using NpuSim.Workloads.Graphs.Ops;

namespace NpuSim.Workloads.Graphs;

/// <summary>
/// Filters and biases of layers that normalisations were folded into. Layers that share a parameter share the folded one where
/// the same numbers are folded into it.
/// </summary>
internal sealed class FoldedParameters
{
    private readonly GraphBuilder builder;
    private readonly IReadOnlyDictionary<Value, Value> map; // old values in the new graph
    private readonly IReadOnlyDictionary<string, float[]>? weights;
    private readonly Dictionary<string, float[]> values;
    private readonly HashSet<Value> plain;                  // parameters that something reads as they are
    private readonly HashSet<Value> taken = [];             // parameters whose place in the new graph a folded one has
    private readonly Dictionary<Key, Value> folded = [];
    private readonly Dictionary<Value, int> forms;          // in how many forms a parameter is needed
    private readonly Dictionary<Value, int> shifts;         // into how many biases a shift is folded

    // What a folded parameter is made of: filters and what scales them, or all that makes a bias.
    private sealed record Key(Value Of, double Epsilon, Value Gamma, Value Variance, Value? Beta = null, Value? Mean = null,
        Value? Bias = null);

    /// <summary>Finds out which parameters are shared.</summary>
    /// <param name="graph">The graph.</param>
    /// <param name="builder">Where the folded layers go.</param>
    /// <param name="folds">Result of a layer → its normalisation.</param>
    /// <param name="map">Old values in the new graph; filled before a layer that reads them is applied.</param>
    /// <param name="weights">Values of the parameters by name; null where they are not needed.</param>
    /// <param name="values">Where the new values go.</param>
    public FoldedParameters(
        Graph graph, GraphBuilder builder, IReadOnlyDictionary<Value, Node> folds, IReadOnlyDictionary<Value, Value> map,
        IReadOnlyDictionary<string, float[]>? weights, Dictionary<string, float[]> values)
    {
        (this.builder, this.map, this.weights, this.values) = (builder, map, weights, values);
        HashSet<Value> normalised = [.. folds.Values.Select(n => n.Output)];
        plain =
        [
            .. graph.Nodes.Where(n => !normalised.Contains(n.Output))
                .SelectMany(n => folds.ContainsKey(n.Output) ? n.Inputs.Take(1) : n.Inputs),
            .. graph.Outputs.Values,
        ];
        (Node Layer, Node Norm)[] pairs = [.. graph.Nodes.Where(n => folds.ContainsKey(n.Output))
            .Select(n => (n, folds[n.Output]))];
        forms = pairs.SelectMany(p => p.Layer.Inputs.Length > 2
            ? new[] { Filters(p.Layer, p.Norm), Shift(p.Layer, p.Norm) } : [Filters(p.Layer, p.Norm)])
            .Distinct().GroupBy(k => k.Of).ToDictionary(g => g.Key, g => g.Count() + (plain.Contains(g.Key) ? 1 : 0));
        shifts = pairs.Select(p => Shift(p.Layer, p.Norm)).Distinct().GroupBy(k => k.Beta!)
            .ToDictionary(g => g.Key, g => g.Count());
    }

    /// <summary>Values of a parameter.</summary>
    /// <exception cref="GraphException">There are none, or too many or few.</exception>
    public static float[] ValuesOf(IReadOnlyDictionary<string, float[]> weights, Value parameter) =>
        weights.TryGetValue(parameter.Name, out float[]? values) && values.Length == parameter.Shape.Count
            ? values
            : throw new GraphException(
                $"parameter {parameter} needs {parameter.Shape.Count} values; got {values?.Length.ToString() ?? "none"}.");

    /// <summary>The layer with its normalisation folded in.</summary>
    public Value Apply(Node layer, Node norm)
    {
        Value filters = Find(Filters(layer, norm), layer, layer.Inputs[1], forms[layer.Inputs[1]] > 1);
        Value? old = layer.Inputs.Length > 2 ? layer.Inputs[2] : null;
        Key key = Shift(layer, norm);
        // Else biases of several layers move together
        bool isFree = (old is not null && forms[old] == 1) || shifts[norm.Inputs[2]] == 1;
        Value bias = old is not null ? Find(key, layer, old, !isFree)
            : folded.TryGetValue(key, out Value? known) ? known
            : folded[key] = builder.Parameter(
                builder.Unique(BiasName(layer.Inputs[1].Name)), norm.Inputs[2].Shape,
                isFree ? null : folded.FirstOrDefault(f => f.Key.Beta == key.Beta).Value?.Name);
        if (weights is not null)
            (values[filters.Name], values[bias.Name]) = Scaled(layer, norm, weights);
        return builder.Apply(layer.Output.Name, layer.Op, map[layer.Inputs[0]], filters, bias);
    }

    private static Key Filters(Node layer, Node norm) =>
        new(layer.Inputs[1], ((BatchNorm)norm.Op).Epsilon, norm.Inputs[1], norm.Inputs[4]);

    private static Key Shift(Node layer, Node norm)
    {
        Value? old = layer.Inputs.Length > 2 ? layer.Inputs[2] : null;
        return new(old ?? layer.Inputs[1], ((BatchNorm)norm.Op).Epsilon, norm.Inputs[1], norm.Inputs[4], norm.Inputs[2],
            norm.Inputs[3], old);
    }

    // The first form of a parameter that nothing reads as it is takes its place; others stand beside it.
    private Value Find(Key key, Node layer, Value old, bool isCopy)
    {
        if (folded.TryGetValue(key, out Value? known))
            return known;
        bool isFirst = !plain.Contains(old) && taken.Add(old);
        return folded[key] = isFirst ? map[old]
            : builder.Parameter(builder.Unique($"{old.Name} in {layer.Output.Name}"), old.Shape, isCopy ? old.Name : old.CopyOf);
    }

    private static string BiasName(string weight) =>
        $"{(weight.EndsWith(".weight", StringComparison.Ordinal) ? weight[..^7] : weight)}.bias";

    private static (float[] Filters, float[] Bias) Scaled(Node layer, Node norm, IReadOnlyDictionary<string, float[]> weights)
    {
        float[] gamma = ValuesOf(weights, norm.Inputs[1]), beta = ValuesOf(weights, norm.Inputs[2]);
        float[] mean = ValuesOf(weights, norm.Inputs[3]), variance = ValuesOf(weights, norm.Inputs[4]);
        float[]? oldBias = layer.Inputs.Length > 2 ? ValuesOf(weights, layer.Inputs[2]) : null;
        float[] filters = [.. ValuesOf(weights, layer.Inputs[1])], bias = new float[gamma.Length];
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
}
