using NpuSim.Workloads.Graphs;
using NpuSim.Workloads.Models.Shapes;

namespace NpuSim.Workloads.Tests.Models.Shapes;

public sealed class ImageNetNetworkTests
{
    // Source: the reference models of torchvision, which have two parameters of normalisation per channel where these have one bias.
    [TestCase("resnet18", 1_814_073_344, 11_689_512, 4_800)]
    [TestCase("mobilenetv2", 300_774_272, 3_504_872, 17_056)]
    public void Networks_for_ImageNet_have_their_published_size(string name, long macs, long parameters, long channels)
    {
        Graph graph = name == "resnet18" ? ResNet18.Build(1) : MobileNetV2.Build(1);
        Assert.That(graph.Macs, Is.EqualTo(macs));
        Assert.That(graph.ParameterCount, Is.EqualTo(parameters - channels));
    }
}
