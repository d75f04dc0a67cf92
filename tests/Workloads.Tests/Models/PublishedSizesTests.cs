using NpuSim.Workloads.Graphs;
using NpuSim.Workloads.Graphs.Ops;
using NpuSim.Workloads.Models;

namespace NpuSim.Workloads.Tests.Models;

public sealed class PublishedSizesTests
{
    // MLPerf Tiny: weights and biases in the trained TFLite models of mlcommons/tiny, normalisations folded; MACs of their matrix
    // products. arXiv 2106.07597's reference models count 221,794, 24,908 and 269,992: four numbers of normalisation per channel
    // more.
    // The autoencoder's 264,192 MACs are also what Vela reports.
    // ResNet-18, MobileNetV2: torchvision's model tables, 11,689,512 and 3,504,872 parameters, 1.814 and 0.301 GMACs.
    // ResNet-12: 12,424,320 parameters before the classifier of 41,024, as the followers of arXiv 1904.03758 count.
    // ViT: timm's tables, 5.72 M and 86.57 M parameters, 1.26 and 17.58 GMACs with normalisations.
    // AST: 86.6 M parameters of the AudioSet model of arXiv 2104.01778 with overlapping patches.
    [TestCase("mobilenetv1-0.25", 210_850, 7_489_664)]
    [TestCase("ds-cnn", 22_604, 2_656_768)]
    [TestCase("autoencoder", 265_864, 264_192)]
    [TestCase("resnet12", 12_424_320 + 41_024, null)]
    [TestCase("resnet18", 11_689_512, 1_814_073_344)]
    [TestCase("mobilenetv2", 3_504_872, 300_774_272)]
    [TestCase("vit-tiny", 5_717_416, 1_253_683_200)]
    [TestCase("vit-base", 86_567_656, 17_563_828_224)]
    [TestCase("ast", 86_594_063, null)]
    public void Parameters_and_macs_are_the_published_ones(string name, long parameters, long? macs)
    {
        Graph graph = ModelCatalog.Find(name).Build(1);
        Assert.That(Counted(graph), Is.EqualTo(parameters));
        if (macs is not null)
            Assert.That(graph.Macs, Is.EqualTo(macs));
    }

    // arXiv 2411.04036: 250 kB of parameters in 16 bits; the width of the last layer is not stated.
    [Test]
    public void Recurrent_network_has_250_kB_of_parameters_in_16_bits() =>
        Assert.That(2 * Counted(ModelCatalog.Find("crnn").Build(1)), Is.EqualTo(250_000).Within(1).Percent);

    [TestCase("mcunet-5fps", "mcunet-5fps")]
    [TestCase("mobilenetv2-w0.35", "mbv2-w0.35")]
    [TestCase("proxylessnas-w0.3", "proxyless-w0.3")]
    public void Tiny_training_networks_have_the_layers_of_the_published_tables(string name, string table)
    {
        string[] expected =
        [
            .. File.ReadLines(GoldenFolder.Find("memory/tiny-training-layers.csv")).Skip(1)
                .Select(l => l.Split(',')).Where(f => f[0] == table)
                .Select(f => string.Join(' ', f[3], f[4], f[5], f[6], f[7], f[8], f[9])),
        ];
        string[] found =
        [
            .. ModelCatalog.Find(name).Build(1).Nodes.Where(n => n.Op is Conv2d)
                .Select(n => ((Conv2d)n.Op).WindowOf(n.InputShapes[0], n.InputShapes[1]))
                .Select(w => string.Join(
                    ' ', w.InputChannels, w.OutputChannels, w.KernelHeight, w.Groups, w.Stride, w.InputHeight, w.OutputHeight)),
        ];
        Assert.That(found, Is.EqualTo(expected));
    }

    // Running statistics are no parameters.
    private static long Counted(Graph graph) =>
        graph.Parameters.Where(p => !p.Name.EndsWith(".mean") && !p.Name.EndsWith(".variance")).Sum(p => p.Shape.Count);
}
