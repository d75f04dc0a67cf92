using NpuSim.Workloads.Graphs;
using NpuSim.Workloads.Graphs.Ops;

namespace NpuSim.Workloads.Schemes;

/// <summary>
/// Low-rank adaptation (LoRA, arXiv 2106.09685): beside each linear layer y = W·x + b a product B·(A·x) of rank r that trains
/// while W and b stay; the paper's factor α/r is 1. A is drawn, B starts at zero.
/// </summary>
internal static class LowRank
{
    public const string Name = "lora";
    public const string Description =
        "low-rank products beside every linear layer but the last, or beside the last where there is no other";
    public const int DefaultRank = 4;

    public static SchemeFamily Family { get; } =
        SchemeFamily.Counted(Name, Description, "Where low-rank products train", ("RANK", DefaultRank), OfRank);

    public static TuningScheme OfRank(int rank) => new($"{Name}={rank}", Description, graph => Apply(graph, rank));

    private static Tuning Apply(Graph graph, int rank)
    {
        Node[] layers = [.. graph.Nodes.Where(n => n.Op is Linear)],
            inner = [.. layers.Where(n => n.Output != graph.Outputs["logits"])];
        HashSet<Node> chosen = [.. inner.Length > 0 ? inner : layers];
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
