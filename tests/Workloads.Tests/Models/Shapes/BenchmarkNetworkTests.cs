using NpuSim.Workloads.Graphs;
using NpuSim.Workloads.Models.Shapes;

namespace NpuSim.Workloads.Tests.Models.Shapes;

public sealed class BenchmarkNetworkTests
{
    // Source: arXiv 2106.07597 and its reference models, which count four numbers of normalisation per channel besides.
    [TestCase("ad", 264_192, 269_992, 1032)]
    [TestCase("kws", 2_656_768, 24_908, 576)]
    [TestCase("ic", 12_501_632, 78_666, 240)]
    [TestCase("vww", 7_489_664, 221_794, 2736)]
    public void Networks_of_MLPerf_Tiny_have_their_published_size(string name, long macs, long parameters,
        long normalizedChannels)
    {
        Graph graph = name switch
        {
            "ad" => AnomalyDetector.Build(1),
            "kws" => KeywordSpotter.Build(1),
            "ic" => ImageClassifier.Build(1),
            _ => PersonDetector.Build(1),
        };
        Assert.That(graph.Macs, Is.EqualTo(macs));
        Assert.That(graph.ParameterCount, Is.EqualTo(parameters - (4 * normalizedChannels)));
    }
}
