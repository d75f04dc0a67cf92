using NpuSim.Workloads.Graphs;
using NpuSim.Workloads.Graphs.Ops;

namespace NpuSim.Workloads.Models.Shapes;

/// <summary>
/// The keyword spotter of MLPerf Tiny (arXiv 2106.07597): DS-CNN on 49×10 spectral coefficients, a 10×4 convolution of stride 2
/// and four depthwise-separable blocks of 64 filters, 12 classes.
/// </summary>
public static class KeywordSpotter
{
    /// <summary>The graph for a batch size; see <see cref="Model.Build"/>.</summary>
    public static Graph Build(int batch)
    {
        const int Filters = 64, Rows = 10, Columns = 4, Stride = 2;
        GraphBuilder g = new();
        Value x = g.Images([49, 10, 1], batch);
        x = g.Apply(
            "conv1", new Conv2d(Stride, Padding.Same(49, 10, Rows, Columns, Stride)), x,
            g.Parameter("conv1.weight", [Filters, Rows, Columns, 1]), g.Parameter("conv1.bias", [Filters]));
        x = g.Apply("relu1", new Relu(), x);
        for (int i = 1; i <= 4; i++)
            x = DepthwiseSeparable.Block(g, $"block{i}", x, Filters, 1);
        return g.Classify(g.Apply("pool", AveragePool.Global(x.Shape), x), 12);
    }
}
