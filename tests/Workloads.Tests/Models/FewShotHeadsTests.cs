using NpuSim.Workloads.Graphs;
using NpuSim.Workloads.Models;

namespace NpuSim.Workloads.Tests.Models;

public sealed class FewShotHeadsTests
{
    [Test]
    public void Logits_of_prototypes_are_negative_squared_distances_but_for_a_term_alike_for_all_classes()
    {
        float[] features = [1, 2, 3, 4, 5, 0, 7, 2, 1, 1, 0, 0]; // two classes of three shots of two features
        (float[] weight, float[] bias) = FewShotHeads.Prototypes(features, 2, 2);
        double[][] means = [[3, 2], [8 / 3.0, 1]];
        double[] x = [0.5, -1.5];
        for (int c = 0; c < 2; c++)
        {
            double logit = (weight[2 * c] * x[0]) + (weight[(2 * c) + 1] * x[1]) + bias[c];
            double distance = Math.Pow(x[0] - means[c][0], 2) + Math.Pow(x[1] - means[c][1], 2);
            Assert.That(logit, Is.EqualTo((x[0] * x[0]) + (x[1] * x[1]) - distance).Within(1e-5));
        }
    }

    [TestCase("cnn-small")]
    [TestCase("vit-small")]
    [TestCase("conv4-small")]
    public void Embeddings_are_what_the_classifier_reads(string name)
    {
        Graph graph = ModelCatalog.Find(name).Folded().Build(3);
        Shape features = FewShotHeads.Embedding(graph).Outputs["logits"].Shape;
        Assert.That(features, Is.EqualTo(Shape.Create([3, graph.Parameters.Single(p => p.Name == "head.weight").Shape[1]])));
    }

    [Test]
    public void SimpleShot_adds_constants_before_the_classifier_and_nothing_else()
    {
        Model plain = ModelCatalog.Find("conv4-small", 5), simple = plain.With(FewShotHead.SimpleShot);
        string[] added = [.. simple.Build(2).Parameters.Select(p => p.Name)
            .Except(plain.Build(2).Parameters.Select(p => p.Name))];
        Assert.That(added, Is.EquivalentTo(FewShotHeads.Constants(new float[32]).Keys));
        Assert.That(simple.Build(2).Outputs["logits"].Shape, Is.EqualTo(Shape.Create([2, 5])));
        Assert.That(plain.With(FewShotHead.ProtoNets), Is.SameAs(plain));
    }
}
