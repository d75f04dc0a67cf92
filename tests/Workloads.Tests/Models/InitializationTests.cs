using NpuSim.Workloads.Graphs;
using NpuSim.Workloads.Models;

namespace NpuSim.Workloads.Tests.Models;

public sealed class InitializationTests
{
    [Test]
    public void Values_depend_on_seed_and_name_only()
    {
        Graph graph = ModelCatalog.Find("vit-small").Build(1);
        IReadOnlyDictionary<string, float[]> first = Initialization.Weights(graph, 3), second = Initialization.Weights(graph, 3);
        Assert.That(first["block2.mlp.hidden.weight"], Is.EqualTo(second["block2.mlp.hidden.weight"]));
        Assert.That(Initialization.Weights(graph, 4)["position"], Is.Not.EqualTo(first["position"]));
        Assert.That(first["block1.attention.key.weight"], Is.Not.EqualTo(first["block1.attention.query.weight"]));
    }

    [Test]
    public void Scales_start_at_one_and_shifts_at_zero()
    {
        IReadOnlyDictionary<string, float[]> weights = Initialization.Weights(ModelCatalog.Find("resnet8").Build(1), 1);
        Assert.That(weights["bn1.weight"], Is.All.EqualTo(1f));
        Assert.That(weights["bn1.variance"], Is.All.EqualTo(1f));
        Assert.That(
            weights["bn1.bias"].Concat(weights["bn1.mean"]).Concat(weights["conv1.bias"]).Concat(weights["head.bias"]),
            Is.All.Zero);
    }

    [TestCase("cnn", "conv2.weight", 2.0 / 144)]
    [TestCase("cnn", "head.weight", 2.0 / (1568 + 10))]
    [TestCase("vit-small", "position", 0.02 * 0.02)]
    [TestCase("vit-small", "block1.mlp.hidden.weight", 2.0 / (32 + 64))]
    public void Variance_is_that_of_the_role(string model, string parameter, double variance)
    {
        float[] values = Initialization.Weights(ModelCatalog.Find(model).Build(1), 1)[parameter];
        Assert.That(values.Average(v => (double)v * v), Is.EqualTo(variance).Within(15).Percent);
    }
}
