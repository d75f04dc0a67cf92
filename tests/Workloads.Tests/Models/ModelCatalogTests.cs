using NpuSim.Workloads.Graphs;
using NpuSim.Workloads.Models;

namespace NpuSim.Workloads.Tests.Models;

public sealed class ModelCatalogTests
{
    // cnn: 160 + 4,640 + 9,248 + 15,690 parameters.
    // vit-small: patches 25,088 MACs, each block 4·49·32² + 2·49²·32 + 2·49·32·64, head 320.
    // resnet8: the 78,666 parameters of MLPerf Tiny, running statistics included.
    [TestCase("cnn", 29_738, 1_483_328)]
    [TestCase("cnn-small", 6_138, 279_328)]
    [TestCase("vit-small", 28_138, 1_690_624)]
    // resnet12-small: blocks of 4,768 + 35,200 + 147,200 + 588,800 weights, met 28², 14², 7² and 3² times, 16 normalisations of
    // 4·(16 + 40 + 80 + 160) numbers, head 1,610.
    [TestCase("resnet8", 78_666, 12_501_632)]
    [TestCase("resnet12-small", 782_314, 23_150_912)]
    public void Sizes_are_those_counted_by_hand(string name, long parameters, long macs)
    {
        Graph graph = ModelCatalog.Find(name).Build(1);
        Assert.That(graph.ParameterCount, Is.EqualTo(parameters));
        Assert.That(graph.Macs, Is.EqualTo(macs));
    }

    private static IEnumerable<string> Classifiers => ModelCatalog.Names.Where(n => n != "autoencoder");

    [TestCaseSource(nameof(Classifiers))]
    public void Every_model_keeps_the_contract_of_names_and_shapes(string name)
    {
        Model model = ModelCatalog.Find(name, 12);
        Graph graph = model.Build(5);
        Assert.That(graph.Inputs.Select(i => i.ToString()), Is.EquivalentTo(new[] { $"images 5×{model.Input}", "labels 5" }));
        Assert.That(graph.Outputs["logits"].Shape.ToString(), Is.EqualTo("5×12"));
        Assert.That(graph.Outputs["loss"].Shape.ToString(), Is.EqualTo("1"));
        Assert.That(graph.Parameters.Select(p => p.Name), Does.Contain("head.weight").And.Contain("head.bias"));
        Assert.That(graph.Macs, Is.EqualTo(5 * model.Build(1).Macs));
        Assert.That(model.Build(2).Parameters.Select(p => p.ToString()), Is.EqualTo(graph.Parameters.Select(p => p.ToString())));
    }

    [Test]
    public void A_network_that_reconstructs_its_samples_has_neither_classes_nor_labels()
    {
        Graph graph = ModelCatalog.Find("autoencoder", input: [4, 5, 1]).Build(3);
        Assert.That(graph.Inputs.Select(i => i.ToString()), Is.EqualTo(new[] { "images 3×4×5×1" }));
        Assert.That(graph.Outputs["logits"].Shape.ToString(), Is.EqualTo("3×20"));
        Assert.That(() => ModelCatalog.Find("autoencoder", 10), Throws.TypeOf<InputException>());
    }

    [Test]
    public void Batch_norm_of_training_gives_out_the_statistics_that_inference_takes_as_parameters()
    {
        Graph training = ModelCatalog.Find("resnet8-training").Build(2), inference = ModelCatalog.Find("resnet8").Build(2);
        string[] statistics = [.. training.Outputs.Keys.Except(inference.Outputs.Keys)];
        Assert.That(statistics, Has.Length.EqualTo(14));
        Assert.That(
            inference.Parameters.Select(p => p.Name),
            Is.EquivalentTo(training.Parameters.Select(p => p.Name).Concat(statistics)));
    }

    [Test]
    public void Unknown_names_and_samples_that_do_not_fit_are_input_errors()
    {
        Assert.That(() => ModelCatalog.Find("cnm"), Throws.TypeOf<InputException>().With.Message.Contains("vit-small"));
        Assert.That(() => ModelCatalog.Find("vit-small", 10, [30, 30, 1]), Throws.InstanceOf<InputException>());
        Assert.That(() => ModelCatalog.Find("cnn", 1), Throws.InstanceOf<InputException>());
        Assert.That(() => ModelCatalog.Find("cnn", 10, [100_000, 100_000, 100]), Throws.InstanceOf<InputException>());
    }
}
