using NpuSim.Workloads.Models;
using NpuSim.Workloads.Tasks;
using NpuSim.Yaml;

namespace NpuSim.Workloads.Tests.Tasks;

public sealed class CompressionTests
{
    [TestCase(0.9, null, 1000, 100, 125, 0, 0, 100)]
    [TestCase(0, 16, 1000, 1000, 0, 4, 500, 16)]
    [TestCase(0, 17, 1000, 1000, 0, 5, 625, 17)]     // four bits tell 16 entries apart, not 17
    [TestCase(0, 2, 1001, 1001, 0, 1, 126, 2)]       // the last byte is filled up
    [TestCase(0, 256, 1000, 1000, 0, 8, 1000, 256)]
    [TestCase(0.5, 4, 1001, 500, 126, 2, 125, 4)]    // half of 1001 rounds to 501 away
    [TestCase(0.8, 64, 20, 4, 3, 2, 1, 4)]           // no more entries than weights
    [TestCase(0.99, 4, 9, 1, 2, 1, 1, 1)]            // one weight stays, and one entry still has an index
    public void What_is_stored_is_counted_to_the_bit(
        double prune, int? codebook, long elements, long kept, long maskBytes, int indexBits, long indexBytes, long values)
    {
        CompressedForm form = new Compression(prune, codebook).FormOf(elements);
        Assert.Multiple(() =>
        {
            Assert.That((form.Kept, form.MaskBytes, form.IndexBits, form.IndexBytes, form.Values),
                Is.EqualTo((kept, maskBytes, indexBits, indexBytes, values)));
            Assert.That(form.Bits(16), Is.EqualTo((8 * (maskBytes + indexBytes)) + (16 * values)));
        });
    }

    [Test]
    public void It_concerns_matrices_and_kernels_alone()
    {
        var graph = ModelCatalog.Find("vit-small").Build(1);
        var names = new Compression(0.5).Of(graph);
        Assert.Multiple(() =>
        {
            Assert.That(names, Has.Count.GreaterThan(5).And.Contain("head.weight"));
            Assert.That(names, Has.All.EndsWith(".weight"));
            Assert.That(graph.Parameters.Where(p => names.Contains(p.Name)).Select(p => p.Shape.Rank), Has.All.AtLeast(2));
            Assert.That((new Compression(0.5) with { KeepsClassifier = true }).Of(graph),
                Is.EquivalentTo(names.Remove("head.weight")));
        });
    }

    [Test]
    public void A_workload_says_it_and_few_shot_episodes_leave_the_classifier_out()
    {
        Workload workload = YamlRecord.Read<Workload>(ShippedWorkloads.Text("glyphs-cnn")
            + "\ncompress: { prune: 0.8, codebook: 16 }\n", "w.yaml");
        Assert.Multiple(() =>
        {
            Assert.That(workload.Compression, Is.EqualTo(new Compression(0.8, 16)));
            Assert.That(workload.Recipe, Is.EqualTo(Workload.Load("glyphs-cnn").Recipe), "the pre-trained weights are the same");
            Assert.That(workload.ToYaml(), Does.EndWith("compress:\n  prune: 0.8\n  codebook: 16\n"));
            Assert.That((Workload.Load("omniglot-fewshot") with { Compress = new(0.5) }).Compression!.KeepsClassifier, Is.True);
            Assert.That(Workload.Load("glyphs-cnn").ToYaml(), Does.Not.Contain("compress"));
        });
    }

    [TestCase("{}", "compress: neither prune nor codebook nor bits is given")]
    [TestCase("{ prune: 0.5, bits: 4 }", "compress.bits: stands beside prune or codebook")]
    [TestCase("{ prune: 0.5, group: 64 }", "compress.group: is given without bits")]
    [TestCase("{ bits: 9 }", "compress.bits")]
    [TestCase("{ prune: 1 }", "compress.prune")]
    [TestCase("{ prune: -0.1 }", "compress.prune")]
    [TestCase("{ codebook: 1 }", "compress.codebook")]
    [TestCase("{ codebook: 257 }", "compress.codebook")]
    [TestCase("{ pruning: 0.5 }", "compress.pruning: unknown key; accepted are prune, codebook, bits, group")]
    public void Faults_are_one_line(string compress, string message) => Assert.That(
        () => YamlRecord.Read<Workload>(ShippedWorkloads.Text("glyphs-cnn") + $"\ncompress: {compress}\n", "w.yaml"),
        Throws.TypeOf<InvalidDocumentException>().With.Message.Contains(message).And.Message.Not.Contains("\n"));
}
