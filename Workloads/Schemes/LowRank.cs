using System.Collections.Immutable;
using System.Globalization;
using NpuSim.Workloads.Graphs;
using NpuSim.Workloads.Graphs.Ops;

namespace NpuSim.Workloads.Schemes;

/// <summary>
/// Low-rank adaptation (LoRA, arXiv 2106.09685): beside each linear layer y = W·x + b a product B·(A·x) of rank r that trains
/// while W and b stay; the paper's factor α/r is 1. A is drawn, B starts at zero. With parts, as "lora=1:query,value", beside the
/// layers of these names alone.
/// </summary>
internal static class LowRank
{
    public const string Name = "lora";
    public const string Description =
        "low-rank products beside every linear layer but the last, or beside the last where there is no other";
    public const int DefaultRank = 4;

    private static readonly SchemeFamily Everywhere = SchemeFamily.Counted(
        Name, Description, "Where low-rank products train", ("RANK", DefaultRank), rank => OfRank(rank, []));

    public static SchemeFamily Family { get; } =
        Everywhere with { Read = Read, Options = Everywhere.Options + "[:PART,…]" };

    // "lora=8:query,value": the rank, then parts.
    private static TuningScheme? Read(string text)
    {
        string[] halves = text.Split(':', 2);
        if (Everywhere.Read(halves[0]) is not { } whole || halves.Length == 1)
            return Everywhere.Read(text);
        string[] parts = halves[1].Split(',');
        if (parts.Any(p => p.Length == 0) || parts.Distinct().Count() < parts.Length)
            throw new InputException(
                $"scheme '{text}': accepted after ':' are names of layers, each once, as in {Name}=1:query,value.");
        return OfRank(int.Parse(whole.Name[(Name.Length + 1)..], CultureInfo.InvariantCulture), [.. parts]);
    }

    private static TuningScheme OfRank(int rank, ImmutableArray<string> parts) => new(
        $"{Name}={rank}{(parts.IsEmpty ? "" : $":{string.Join(',', parts)}")}",
        parts.IsEmpty ? Description : $"low-rank products beside the layers {string.Join(", ", parts)}",
        graph => Apply(graph, rank, parts));

    private static Tuning Apply(Graph graph, int rank, ImmutableArray<string> parts)
    {
        HashSet<Node> chosen = Chosen(graph, rank, parts);
        if (chosen.FirstOrDefault(n => rank >= Math.Min(n.Inputs[1].Shape[0], n.Inputs[1].Shape[1])) is { } small)
        {
            throw new GraphException(
                $"scheme {Name}={rank}: layer '{small.Output.Name}' has weights {small.Inputs[1].Shape}; a rank below both "
                    + $"extents is accepted.");
        }

        Dictionary<string, Start> added = [];
        Graph wider = GraphRewriting.Run(graph, (g, node) => chosen.Contains(node) ? Beside(g, node, rank, added) : g.Copy(node));
        return Tuning.With(wider, added);
    }

    // A layer is meant by its name or by what follows its last dot.
    private static HashSet<Node> Chosen(Graph graph, int rank, ImmutableArray<string> parts)
    {
        Node[] layers = [.. graph.Nodes.Where(n => n.Op is Linear)],
            inner = [.. layers.Where(n => n.Output != graph.Outputs["logits"])];
        if (parts.IsEmpty)
            return [.. inner.Length > 0 ? inner : layers];
        foreach (string part in parts.Where(p => !layers.Any(n => IsMeant(n, p))))
        {
            throw new GraphException($"scheme {Name}={rank}: there is no linear layer '{part}'; accepted are "
                + $"{string.Join(", ", layers.Select(n => LastPart(n.Output.Name)).Distinct())}, or a layer's whole name.");
        }

        return [.. layers.Where(n => parts.Any(p => IsMeant(n, p)))];

        static bool IsMeant(Node layer, string part) => layer.Output.Name == part || LastPart(layer.Output.Name) == part;
        static string LastPart(string name) => name[(name.LastIndexOf('.') + 1)..];
    }

    private static Value Beside(GraphRewriting g, Node layer, int rank, Dictionary<string, Start> added)
    {
        (string name, Value x, Shape w) = (layer.Output.Name, g[layer.Inputs[0]], layer.Inputs[1].Shape);
        Value a = g.Builder.Parameter($"{name}.lora.a", [rank, w[1]]), b = g.Builder.Parameter($"{name}.lora.b", [w[0], rank]);
        (added[a.Name], added[b.Name]) = (Start.Drawn, Start.Zero);
        Value reduced = g.Builder.Apply($"{name}.lora.reduced", new Linear(), x, a);
        return g.Builder.Apply($"{name}.adapted", new Add(), g.Copy(layer),
            g.Builder.Apply($"{name}.lora", new Linear(), reduced, b));
    }
}
