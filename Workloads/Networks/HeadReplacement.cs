using NpuSim.Workloads.Formats;
using NpuSim.Workloads.Graphs;
using NpuSim.Workloads.Graphs.Ops;
using NpuSim.Workloads.Models;
using NpuSim.Yaml;

namespace NpuSim.Workloads.Networks;

/// <summary>Puts a new classifier on a network: the layers up to its features, a linear layer "head", and the
/// cross-entropy.</summary>
internal static class HeadReplacement
{
    private const string Weight = "head.weight", Bias = "head.bias", Renamed = "file ";

    /// <summary>The network with another end.</summary>
    /// <exception cref="InputException">It has no value of that name.</exception>
    public static ImportedNetwork Of(ImportedNetwork network, NetworkHead head)
    {
        Graph single = Build(network.Model, head, 1);
        Lazy<Weights> weights = new(() =>
        {
            IReadOnlyDictionary<string, float[]> initial = Initialization.Weights(single, head.Seed);
            return Weights.Create(single.Parameters.Select(p => KeyValuePair.Create(p.Name, p.Name is Weight or Bias
                ? new WeightTensor(p.Shape, initial[p.Name])
                : network.Weights.Tensors[p.Name.StartsWith($"{Renamed}head.", StringComparison.Ordinal)
                    ? p.Name[Renamed.Length..] : p.Name])));
        });
        Model model = network.Model with
        {
            Classes = head.Classes,
            Build = batch => batch == 1 ? single : Build(network.Model, head, batch)
        };
        return new ImportedNetwork(model, weights, null) { TakesOneSample = network.TakesOneSample };
    }

    private static Graph Build(Model model, NetworkHead head, int batch)
    {
        Graph old = model.Build(batch);
        Value features = FeaturesOf(old, head.Features, model.Name);
        HashSet<Value> needed = Needed(old, features);
        GraphBuilder builder = new();
        Dictionary<Value, Value> map = [];
        Dictionary<Value, Node> makers = old.Nodes.ToDictionary(n => n.Output);
        foreach (Value value in old.Values.Where(needed.Contains))
        {
            map[value] = value.Kind switch
            {
                ValueKind.Input => builder.Input(value.Name, value.Shape),
                ValueKind.Parameter => builder.Parameter(NameOf(value), value.Shape, value.CopyOf),
                _ => builder.Apply(NameOf(value), makers[value].Op, [.. makers[value].Inputs.Select(i => map[i])]),
            };
        }

        Value rows = Rows(builder, map[features], batch);
        Value logits = builder.Apply(
            "logits", new Linear(), rows, builder.Parameter(Weight, [head.Classes, rows.Shape[1]]),
                builder.Parameter(Bias, [head.Classes]));
        builder.Output("output", logits);
        builder.Output("logits", logits);
        builder.Output("loss", builder.Apply("loss", new CrossEntropy(), logits, builder.Input("labels", [batch])));
        return builder.Build();

        static string NameOf(Value value) =>
            value.Name is Weight or Bias or "logits" or "loss" ? Renamed + value.Name : value.Name;
    }

    // What the old classifier reads, where nothing else is said; where there is none, the logits of the network, which are
    // features.
    private static Value FeaturesOf(Graph graph, string? name, string model)
    {
        if (name is not null)
        {
            Value[] all = [.. graph.Nodes.Where(n => !n.Op.IsLoss).Select(n => n.Output)];
            return all.FirstOrDefault(v => v.Name == name)
                ?? throw new InputException($"{model}: head.features: there is no value '{InputFile.OneLine(name)}'" +
                    $"{Suggestion.For(name, all.Select(v => v.Name))}; plan --layers shows the names.");
        }

        Node? own = graph.Nodes.FirstOrDefault(n => n.Op is Linear or Conv2d && n.Inputs[1].Name == Weight);
        return own?.Inputs[0] ?? graph.Outputs["logits"];
    }

    private static HashSet<Value> Needed(Graph graph, Value features)
    {
        HashSet<Value> needed = [features, .. graph.Inputs.Where(i => i.Name == "images")];
        foreach (Node node in graph.Nodes.Reverse().Where(n => needed.Contains(n.Output)))
            needed.UnionWith(node.Inputs);
        return needed;
    }

    private static Value Rows(GraphBuilder builder, Value features, int batch)
    {
        if (features.Shape.Rank == 4 && (features.Shape[1] > 1 || features.Shape[2] > 1))
            features = builder.Apply("features", AveragePool.Global(features.Shape), features);
        return features.Shape.Rank == 2 ? features
            : builder.Apply("feature rows", new Reshape([batch, checked((int)(features.Shape.Count / batch))]), features);
    }
}
