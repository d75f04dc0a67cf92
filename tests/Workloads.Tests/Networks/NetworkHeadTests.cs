using NpuSim.Workloads.Graphs;
using NpuSim.Workloads.Networks;

namespace NpuSim.Workloads.Tests.Networks;

/// <summary>New classifiers on networks from files.</summary>
public sealed class NetworkHeadTests
{
    // 1×4×4 images, a convolution of 3 filters, its mean, 2 classes.
    private static ImportedNetwork Classifier() => new OnnxModel(1, 1, 4, 4)
        .Floats("k", [3, 1, 3, 3], [.. Enumerable.Range(0, 27).Select(i => i / 10f)])
        .Floats("w", [2, 3], 1, 2, 3, 4, 5, 6).Floats("b", [2], 7, 8)
        .Node("Conv", "x k", "conv").Node("GlobalAveragePool", "conv", "pool").Node("Flatten", "pool", "flat")
        .Node("Gemm", "flat w b", "classes", ("transB", 1)).Node("Softmax", "classes", "y").Import("y");

    [Test]
    public void A_head_reads_what_the_old_classifier_read_and_replaces_it()
    {
        ImportedNetwork network = Classifier().With(new NetworkHead(5));
        Graph graph = network.Model.Build(2);
        Assert.Multiple(() =>
        {
            Assert.That(network.Model.Classes, Is.EqualTo(5));
            Assert.That(graph.Nodes.Select(n => n.Op.Name),
                Is.EqualTo(new[] { "conv2d", "average-pool", "reshape", "linear", "cross-entropy" }));
            Assert.That(graph.Outputs["logits"].Shape, Is.EqualTo(Shape.Create([2, 5])));
            Assert.That(network.Weights.Tensors["head.weight"].Shape, Is.EqualTo(Shape.Create([5, 3])));
            Assert.That(network.Weights.Tensors["head.bias"].Values.ToArray(), Is.All.Zero);
            Assert.That(network.Weights.Tensors["k"].Values.ToArray(),
                Is.EqualTo(Classifier().Weights.Tensors["k"].Values.ToArray()));
            Assert.That(network.Weights.Tensors, Has.Count.EqualTo(3));
        });
    }

    [Test]
    public void Its_weights_begin_small_and_follow_from_the_seed()
    {
        float[] Weights(ulong seed) =>
            Classifier().With(new NetworkHead(100, Seed: seed)).Weights.Tensors["head.weight"].Values.ToArray();
        float[] again = Weights(1);
        Assert.That(Weights(1), Is.EqualTo(again));
        Assert.That(Weights(1), Is.Not.EqualTo(Weights(2)));
        Assert.That(Weights(1).Average(w => w * w), Is.EqualTo(2.0 / 103).Within(0.005));
    }

    [Test]
    public void Images_of_features_are_averaged_over_their_pixels()
    {
        Graph graph = Classifier().With(new NetworkHead(4, "conv")).Model.Build(1);
        Assert.That(graph.Nodes.Select(n => n.Op.Name),
            Is.EqualTo(new[] { "conv2d", "average-pool", "reshape", "linear", "cross-entropy" }));
        Assert.That(graph.Outputs["logits"].Shape, Is.EqualTo(Shape.Create([1, 4])));
    }

    [Test]
    public void The_classes_of_a_network_can_be_features_too()
    {
        ImportedNetwork network = Classifier().With(new NetworkHead(4, "classes"));
        Assert.That(network.Weights.Tensors["file head.weight"].Values.ToArray(), Is.EqualTo(new float[] { 1, 2, 3, 4, 5, 6 }));
        Assert.That(network.Weights.Tensors["head.weight"].Shape, Is.EqualTo(Shape.Create([4, 2])));
    }

    [Test]
    public void A_network_that_ends_in_features_gets_a_head_behind_them()
    {
        ImportedNetwork network = new OnnxModel(1, 1, 4, 4).Floats("k", [3, 1, 3, 3],
            [.. Enumerable.Range(0, 27).Select(i => i / 10f)])
            .Node("Conv", "x k", "conv").Node("Relu", "conv", "y").Import("y").With(new NetworkHead(10));
        Assert.That(network.Model.Build(1).Outputs["logits"].Shape, Is.EqualTo(Shape.Create([1, 10])));
        Assert.That(network.Weights.Tensors["head.weight"].Shape[1],
            Is.EqualTo(3 * 2 * 2)); // the output is what the file calls features
    }

    [Test]
    public void A_value_that_is_not_there_is_named_with_one_that_is() =>
        Assert.That(Assert.Throws<InputException>(() => Classifier().With(new NetworkHead(4, "con")))!.Message,
            Does.Contain("head.features: there is no value 'con' (did you mean 'conv'?); plan --layers shows the names."));
}
