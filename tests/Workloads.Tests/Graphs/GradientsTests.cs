using System.Collections.Immutable;
using NpuSim.Workloads.Graphs;
using NpuSim.Workloads.Graphs.Ops;

namespace NpuSim.Workloads.Tests.Graphs;

public sealed class GradientsTests
{
    // conv1 → relu → conv2 → relu → head → loss
    private static Graph Network()
    {
        GraphBuilder g = new();
        Value x = g.Input("images", [4, 6, 6, 1]), labels = g.Input("labels", [4]);
        x = g.Apply("conv1", new Conv2d(), x, g.Parameter("conv1.weight", [3, 3, 3, 1]), g.Parameter("conv1.bias", [3]));
        x = g.Apply("relu1", new Relu(), x);
        x = g.Apply("conv2", new Conv2d(), x, g.Parameter("conv2.weight", [5, 3, 3, 3]), g.Parameter("conv2.bias", [5]));
        x = g.Apply("relu2", new Relu(), x);
        x = g.Apply("flat", new Reshape([4, 20]), x);
        x = g.Apply("logits", new Linear(), x, g.Parameter("head.weight", [2, 20]), g.Parameter("head.bias", [2]));
        g.Output("logits", x);
        g.Output("loss", g.Apply("loss", new CrossEntropy(), x, labels));
        return g.Build();
    }

    private static ImmutableArray<Node> Backward(Graph forward, Graph both) => [.. both.Nodes.Skip(forward.Nodes.Length)];

    [Test]
    public void Every_trainable_parameter_gets_a_gradient_of_its_shape()
    {
        Graph graph = Network();
        Graph both = Gradients.Build(graph, "loss", graph.Parameters.Select(p => p.Name).ToHashSet());
        foreach (Value p in graph.Parameters)
            Assert.That(both.Outputs[Gradients.OutputName(p.Name)].Shape, Is.EqualTo(p.Shape), p.Name);
        Assert.That(both.Nodes.Take(graph.Nodes.Length), Is.EqualTo(graph.Nodes));
    }

    [Test]
    public void Last_layer_alone_differentiates_no_convolution()
    {
        Graph graph = Network();
        Graph both = Gradients.Build(graph, "loss", new HashSet<string> { "head.weight", "head.bias" });
        Assert.That(
            Backward(graph, both).Select(n => n.Op.Name),
            Is.EqualTo(new[] { "fill", "cross-entropy-gradient", "sum-to", "matmul" }));
    }

    [Test]
    public void Biases_alone_need_no_activation_but_the_rectifiers_results()
    {
        Graph graph = Network();
        Graph both = Gradients.Build(graph, "loss", new HashSet<string> { "conv1.bias", "conv2.bias", "head.bias" });
        IEnumerable<Value> operands = Backward(graph, both).SelectMany(n => n.Inputs);
        string[] read = [.. operands.Where(v => v.Kind == ValueKind.Result && v.Id < graph.Values.Length).Select(v => v.Name)];
        Assert.That(read, Is.EquivalentTo(new[] { "logits", "relu1", "relu2" }));
        Assert.That(Backward(graph, both).Select(n => n.Op), Has.None.InstanceOf<Conv2dWeightGradient>());
    }

    [Test]
    public void Frozen_prefix_gets_no_gradient()
    {
        Graph graph = Network();
        Graph both = Gradients.Build(graph, "loss", new HashSet<string> { "conv2.weight" });
        Assert.That(Backward(graph, both).Select(n => n.Op), Has.None.InstanceOf<Conv2dInputGradient>());
        Assert.That(Backward(graph, both).Count(n => n.Op is Conv2dWeightGradient), Is.EqualTo(1));
    }

    [Test]
    public void Gradients_of_a_value_used_twice_are_added()
    {
        GraphBuilder g = new();
        Value w = g.Parameter("w", [1]);
        g.Output("loss", g.Apply("square", new Mul(), w, w));
        Graph both = Gradients.Build(g.Build(), "loss", new HashSet<string> { "w" });
        Assert.That(both.Nodes[^1].Op, Is.EqualTo(new Add()));
        Assert.That(both.Outputs["gradient of w"], Is.SameAs(both.Nodes[^1].Output));
    }

    [Test]
    public void What_the_loss_does_not_depend_on_cannot_be_trained()
    {
        GraphBuilder g = new(Network());
        g.Parameter("orphan", [3]);
        Assert.That(
            () => Gradients.Build(g.Build(), "loss", new HashSet<string> { "orphan" }),
            Throws.TypeOf<GraphException>().With.Message.Contains("orphan"));
        Assert.That(
            () => Gradients.Build(g.Build(), "loss", new HashSet<string> { "typo" }),
            Throws.TypeOf<GraphException>().With.Message.Contains("typo"));
        Assert.That(
            () => Gradients.Build(g.Build(), "logits", new HashSet<string> { "head.bias" }), Throws.TypeOf<GraphException>());
    }

    [Test]
    public void Nothing_to_train_leaves_the_graph_as_it_is()
    {
        Graph graph = Network();
        Assert.That(Gradients.Build(graph, "loss", new HashSet<string>()).Nodes, Is.EqualTo(graph.Nodes));
    }
}
