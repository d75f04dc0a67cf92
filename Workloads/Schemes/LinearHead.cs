using NpuSim.Workloads.Graphs;
using NpuSim.Workloads.Graphs.Ops;

namespace NpuSim.Workloads.Schemes;

/// <summary>
/// Three linear layers at the end of the network train ("3 LN" of arXiv 2411.04036): the classifier and, before it, two new ones
/// around a rectifier, whose result is added to the features: f + W₂·relu(W₁·f + b₁) + b₂. W₂ and b₂ start at zero.
/// </summary>
internal static class LinearHead
{
    public const string Name = "lp3";
    public const string Description = "the last linear layer and two added before it";

    public static SchemeFamily Family { get; } = SchemeFamily.Of(
        new(Name, Description, Apply), "Where the last linear layer and two added before it train");

    private static Tuning Apply(Graph graph)
    {
        Node head = graph.Nodes.FirstOrDefault(n => n.Output == graph.Outputs["logits"] && n.Op is Linear)
            ?? throw new GraphException($"scheme {Name} needs a network that ends in a linear layer.");
        Dictionary<string, Start> added = [];
        Graph deeper = GraphRewriting.Run(graph, (g, node) =>
        {
            if (node != head)
                return g.Copy(node);
            Value features = g[head.Inputs[0]];
            Value hidden = g.Builder.Apply("head1.relu", new Relu(), Layer(g.Builder, "head1", features, Start.Drawn));
            g[head.Inputs[0]] = g.Builder.Apply("head features", new Add(), features,
                Layer(g.Builder, "head2", hidden, Start.Zero));
            return g.Copy(node);
        });
        return Tuning.With(deeper, added, head.Inputs.Skip(1).Select(p => p.Name));

        Value Layer(GraphBuilder g, string name, Value x, Start start)
        {
            int width = x.Shape[^1];
            Value weight = g.Parameter($"{name}.weight", [width, width]), bias = g.Parameter($"{name}.bias", [width]);
            (added[weight.Name], added[bias.Name]) = (start, Start.Zero);
            return g.Apply(name, new Linear(), x, weight, bias);
        }
    }
}
