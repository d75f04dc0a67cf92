using NpuSim.Random;
using NpuSim.Workloads.Graphs;
using NpuSim.Workloads.Graphs.Ops;
using NpuSim.Workloads.Models;

namespace NpuSim.Simulator.Tests.Execution.Float;

public sealed class BatchNormFoldingTests
{
    [Test]
    public void Folded_network_gives_the_same_logits_without_any_batch_norm()
    {
        Graph graph = new ResNet8([16, 16, 3], 10, false).Build(2);
        Dictionary<string, float[]> weights = Weights(graph);
        (Graph folded, IReadOnlyDictionary<string, float[]> foldedWeights) = BatchNormFolding.Fold(graph, weights);
        Assert.That(folded.Nodes.Select(n => n.Op), Has.None.InstanceOf<BatchNorm>());
        Assert.That(folded.Parameters.Select(p => p.Name), Is.EquivalentTo(foldedWeights.Keys));
        Assert.That(folded.ParameterCount, Is.EqualTo(graph.ParameterCount - (4 * 240)));
        Assert.That(Logits(folded, foldedWeights), Is.EqualTo(Logits(graph, weights)).Within(1e-4));
    }

    [Test]
    public void Layer_without_bias_gets_one_and_other_batch_norms_stay()
    {
        GraphBuilder g = new();
        Value x = g.Input("images", [2, 5]);
        Value fixedPart = g.Parameter("fc.weight", [4, 5]);
        Value y = Norm(g, "bn1", g.Apply("fc", new Linear(), x, fixedPart));
        y = Norm(g, "bn2", g.Apply("relu", new Relu(), y)); // not after a layer
        g.Output("logits", y);
        Graph graph = g.Build();
        Dictionary<string, float[]> weights = Weights(graph);
        (Graph folded, IReadOnlyDictionary<string, float[]> foldedWeights) = BatchNormFolding.Fold(graph, weights);
        Assert.That(folded.Nodes.Select(n => n.Op.Name), Is.EqualTo(new[] { "linear", "relu", "batchnorm" }));
        Assert.That(foldedWeights.Keys, Does.Contain("fc.bias"));
        Assert.That(Logits(folded, foldedWeights), Is.EqualTo(Logits(graph, weights)).Within(1e-5));
    }

    [Test]
    public void Result_that_something_else_reads_too_is_not_folded()
    {
        GraphBuilder g = new();
        Value y = g.Apply("fc", new Linear(), g.Input("images", [2, 5]), g.Parameter("fc.weight", [4, 5]));
        g.Output("logits", g.Apply("sum", new Add(), Norm(g, "bn1", y), y));
        Graph graph = g.Build();
        Assert.That(BatchNormFolding.Fold(graph, Weights(graph)).Graph.Nodes, Has.Length.EqualTo(3));
    }

    [Test]
    public void Missing_weights_are_named()
    {
        Graph graph = new ResNet8([16, 16, 3], 10, false).Build(2);
        Dictionary<string, float[]> weights = Weights(graph);
        weights.Remove("block2.bn1.mean");
        Assert.That(
            () => BatchNormFolding.Fold(graph, weights),
            Throws.TypeOf<GraphException>().With.Message.Contains("block2.bn1.mean"));
    }

    private static Value Norm(GraphBuilder g, string name, Value x)
    {
        string[] roles = ["weight", "bias", "mean", "variance"];
        Value[] parameters = [.. roles.Select(p => g.Parameter($"{name}.{p}", [x.Shape[^1]]))];
        return g.Apply(name, new BatchNorm(), [x, .. parameters]);
    }

    private static Dictionary<string, float[]> Weights(Graph graph)
    {
        RandomStream random = new(3, "weights");
        Dictionary<string, float[]> weights = [];
        foreach (Value p in graph.Parameters)
        {
            bool scale = p.Name.EndsWith(".variance", StringComparison.Ordinal);
            double spread = p.Shape.Rank > 1 ? Math.Sqrt(2.0 * p.Shape[0] / p.Shape.Count) : 0.5;
            float[] values = weights[p.Name] = new float[p.Shape.Count];
            foreach (ref float value in values.AsSpan())
                value = (float)(scale ? random.NextDouble(0.5, 2) : spread * random.NextNormal());
        }

        return weights;
    }

    private static float[] Logits(Graph graph, IReadOnlyDictionary<string, float[]> weights)
    {
        Dictionary<string, float[]> given = new(weights);
        foreach (Value input in graph.Inputs)
            given[input.Name] = input.Name == "labels"
                ? new float[input.Shape.Count]
                : [.. Evaluation.Normal(input.Shape, input.Name).Select(v => (float)v)];
        return Evaluation.Run(graph, given)[graph.Outputs["logits"].Id].Span.ToArray();
    }
}
