using NpuSim.Simulator.Memory;
using NpuSim.Workloads.Graphs;
using NpuSim.Workloads.Graphs.Ops;
using NpuSim.Workloads.Models;
using NpuSim.Workloads.Schemes;

namespace NpuSim.Simulator.Tests.Memory;

public sealed class OnDeviceConventionTests
{
    [Test]
    public void Counts_a_network_as_the_sparse_update_of_every_layer([Values(1, 3)] int batch)
    {
        Graph graph = BatchNormFolding.Fold(ModelCatalog.Find("mcunet-5fps").Build(batch));
        SparseUpdateMemory expected = SparseUpdateMemory.Of(
        [
            .. graph.Nodes.Where(n => n.Op is Conv2d)
                .Select(n => ((Conv2d)n.Op).WindowOf(n.InputShapes[0], n.InputShapes[1]))
                .Select(w => new SparseUpdateLayer(
                    w.InputChannels, w.OutputChannels, w.KernelHeight, w.Groups, w.InputHeight, w.OutputHeight, 1, true)),
        ]);
        Assert.That(OnDeviceConvention.Of(TuningScheme.Full.Tune(graph)), Is.EqualTo(expected));
    }

    [Test]
    public void The_last_layer_alone_keeps_its_input()
    {
        Graph graph = ModelCatalog.Find("cnn").Build(4);
        SparseUpdateMemory memory = OnDeviceConvention.Of(TuningScheme.LastLayer.Tune(graph));
        Assert.That(memory, Is.EqualTo(new SparseUpdateMemory(0, 7 * 7 * 32)));
    }
}
