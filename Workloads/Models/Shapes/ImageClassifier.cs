using NpuSim.Workloads.Graphs;
using NpuSim.Workloads.Graphs.Ops;

namespace NpuSim.Workloads.Models.Shapes;

/// <summary>
/// The image classifier of MLPerf Tiny (arXiv 2106.07597) as it is deployed: ResNet-8 on 32×32 images with normalisation folded
/// into the convolutions, 10 classes. <see cref="ResNet8"/> is the same network as it is trained.
/// </summary>
public static class ImageClassifier
{
    /// <summary>The graph for a batch size; see <see cref="Model.Build"/>.</summary>
    public static Graph Build(int batch)
    {
        GraphBuilder g = new();
        Value x = g.Images([32, 32, 3], batch);
        x = g.Apply("relu1", new Relu(), Convolution("conv1", x, 16, 1));
        foreach ((int i, int filters, int stride) in new[] { (1, 16, 1), (2, 32, 2), (3, 64, 2) })
        {
            Value y = g.Apply($"block{i}.relu1", new Relu(), Convolution($"block{i}.conv1", x, filters, stride));
            y = Convolution($"block{i}.conv2", y, filters, 1);
            Value shortcut = stride == 1 ? x : g.Convolution($"block{i}.shortcut", x, filters, 1, stride, default);
            x = g.Apply($"block{i}.relu2", new Relu(), g.Apply($"block{i}.sum", new Add(), y, shortcut));
        }

        return g.Classify(g.Apply("pool", AveragePool.Global(x.Shape), x), 10);

        Value Convolution(string name, Value x, int filters, int stride) =>
            g.Convolution(name, x, filters, 3, stride, Padding.Same(x.Shape[1], x.Shape[2], 3, 3, stride));
    }
}
