using NpuSim.Workloads.Graphs;
using NpuSim.Workloads.Graphs.Ops;

namespace NpuSim.Workloads.Models.Shapes;

/// <summary>
/// The person detector of MLPerf Tiny (arXiv 2106.07597): MobileNetV1 at a quarter of its width (arXiv 1704.04861) on 96×96
/// images, 2 classes.
/// </summary>
public static class PersonDetector
{
    private static readonly (int Filters, int Stride)[] Blocks =
    [
        (16, 1), (32, 2), (32, 1), (64, 2), (64, 1),
        (128, 2), (128, 1), (128, 1), (128, 1), (128, 1), (128, 1), (256, 2), (256, 1),
    ];

    /// <summary>The graph for a batch size; see <see cref="Model.Build"/>.</summary>
    public static Graph Build(int batch)
    {
        GraphBuilder g = new();
        Value x = g.Images([96, 96, 3], batch);
        x = g.Apply("relu1", new Relu(), g.Convolution("conv1", x, 8, 3, 2, Padding.Same(96, 96, 3, 3, 2)));
        for (int i = 0; i < Blocks.Length; i++)
            x = DepthwiseSeparable.Block(g, $"block{i + 1}", x, Blocks[i].Filters, Blocks[i].Stride);
        return g.Classify(g.Apply("pool", AveragePool.Global(x.Shape), x), 2);
    }
}
