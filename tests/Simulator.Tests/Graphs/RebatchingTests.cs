using NpuSim.Simulator.Studies;
using NpuSim.Workloads.Graphs;
using NpuSim.Workloads.Graphs.Ops;
using NpuSim.Workloads.Models;
using NpuSim.Workloads.Schemes;

namespace NpuSim.Simulator.Tests.Graphs;

/// <summary>A network for fewer samples is the one that would have been built for them.</summary>
public class RebatchingTests
{
    private static readonly string[] Large = ["ast", "vit-base", "crnn", "crnn-lstm"], OfBatches = ["resnet8-training"];

    [TestCaseSource(nameof(Names))]
    public void A_network_of_the_catalog_for_fewer_samples_is_the_one_built_for_them(string name)
    {
        Model model = ModelCatalog.Find(name);
        Assert.That(HashOf(Rebatching.Of(model.Build(6).Folded(), 2)), Is.EqualTo(HashOf(model.Build(2).Folded())));
    }

    [TestCase("vit-small", "dvpt=2")]
    [TestCase("vit-small", "lora=2")]
    [TestCase("mobilenetv2-w0.35", "tinytl")]
    public void So_is_one_with_what_a_scheme_adds(string name, string scheme)
    {
        TuningScheme tuning = TuningScheme.Parse(scheme);
        Model model = ModelCatalog.Find(name);
        Assert.That(HashOf(Rebatching.Of(tuning.Tune(model.Build(6).Folded()).Graph, 3)),
            Is.EqualTo(HashOf(tuning.Tune(model.Build(3).Folded()).Graph)));
    }

    [Test]
    public void Samples_that_lie_inside_are_found_through_transposes_and_reshapes()
    {
        Assert.That(HashOf(Rebatching.Of(Turned(4), 2)), Is.EqualTo(HashOf(Turned(2))));

        static Graph Turned(int batch)
        {
            GraphBuilder g = new();
            Value x = g.Input("images", [batch, 8, 4]);
            Value rows = g.Apply("rows", new Reshape([8 * batch, 4]), g.Apply("turned", new Transpose(1, 0, 2), x));
            Value y = g.Apply("linear", new Linear(), rows, g.Parameter("weight", [3, 4]));
            g.Output("logits", g.Apply("back", new Reshape([8, batch, 3]), y));
            return g.Build();
        }
    }

    [Test]
    public void An_operation_that_mixes_samples_is_refused_by_name()
    {
        GraphBuilder g = new();
        g.Output("logits", g.Apply("mean", new BatchMean(), g.Input("images", [4, 2, 2, 3])));
        Assert.That(() => Rebatching.Of(g.Build(), 2), Throws.InstanceOf<GraphException>().With.Message.Contains("'mean'"));
    }

    private static IEnumerable<string> Names => ModelCatalog.Names.Except(Large).Except(OfBatches);

    private static string HashOf(Graph graph) => RunIdentity.Hash(graph);
}

file static class Folding
{
    public static Graph Folded(this Graph graph) => BatchNormFolding.Fold(graph);
}
