using NpuSim.Workloads.Graphs;
using NpuSim.Workloads.Graphs.Ops;

namespace NpuSim.Workloads.Schemes;

/// <summary>
/// Deep visual prompt tuning (arXiv 2203.12119): every encoder layer of a transformer reads learned prompts beside its tokens;
/// what it makes of them is dropped, and the next layer has prompts of its own. Prompts and classifier train. Attention to the
/// prompts changes the network at once: this scheme alone does not start from the function of the network.
/// </summary>
internal static class VisualPrompts
{
    public const string Name = "dvpt";
    public const string Description = "learned prompts beside the tokens of every encoder layer, and the last linear layer";
    public const int DefaultCount = 5;

    private const int TokenAxis = 1;

    public static SchemeFamily Family { get; } = SchemeFamily.Counted(
        Name, Description, "Where visual prompts and the last linear layer train", ("PROMPTS", DefaultCount), Of);

    public static TuningScheme Of(int count) => new($"{Name}={count}", Description, graph => Apply(graph, count));

    private static Tuning Apply(Graph graph, int count)
    {
        Value[] stream = Stream(graph);
        if (stream.Length == 0)
            throw new GraphException(
                $"scheme {Name} needs encoder layers with attention and a residual sum; the network has none.");
        Dictionary<Value, int> places = stream.Select((v, i) => (v, i)).ToDictionary();
        int tokens = stream[0].Shape[TokenAxis], width = stream[0].Shape[^1];
        Dictionary<string, Start> added = [];
        Graph prompted = GraphRewriting.Run(graph, (g, node) =>
        {
            Value y = g.Copy(node, Widened(node.Op));
            if (!places.TryGetValue(node.Output, out int place))
                return y;
            if (place > 0)
                y = g.Builder.Apply($"{node.Output.Name} tokens", new Slice(TokenAxis, 0, tokens), y);
            if (place == stream.Length - 1)
                return y;
            Value prompts = g.Builder.Parameter($"prompts{place + 1}", [count, width]);
            added[prompts.Name] = Start.Drawn;
            Value repeated = g.Builder.Apply($"prompts{place + 1} repeated", new Broadcast([y.Shape[0], count, width]), prompts);
            return g.Builder.Apply($"{node.Output.Name} and prompts", new Concat(TokenAxis), y, repeated);

            // Inside a layer the tokens are more; only reshapes say how many.
            Op Widened(Op op) =>
                op is Reshape { Target: { Rank: > TokenAxis } target } && g[node.Inputs[0]].Shape != node.Inputs[0].Shape
                    && target[TokenAxis] == tokens
                    ? new Reshape([target[0], tokens + count, .. target[(TokenAxis + 1)..]])
                    : op;
        });
        return Tuning.With(prompted, added, graph.Parameters.Select(p => p.Name)
            .Where(n => n.StartsWith("head.", StringComparison.Ordinal)));
    }

    // What each encoder layer reads, in order, and last what the last one gives: the values along the residual sums.
    private static Value[] Stream(Graph graph)
    {
        List<Value> stream = [];
        Value? last = null;
        foreach (Node sum in graph.Nodes.Where(n => n.Op is Add && n.Output.Shape.Rank == 3))
        {
            HashSet<Value> branch = Ancestry.Of(graph, sum.Inputs[1]);
            branch.ExceptWith(Ancestry.Of(graph, sum.Inputs[0]));
            if (graph.Nodes.Any(n => n.Op is Softmax && branch.Contains(n.Output)))
                stream.Add(sum.Inputs[0]);
            if (stream.Count > 0)
                last = sum.Output;
        }

        return last is null ? [] : [.. stream, last];
    }
}
