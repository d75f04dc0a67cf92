using NpuSim.Workloads.Graphs;
using NpuSim.Workloads.Graphs.Ops;

namespace NpuSim.Workloads.Models.Shapes;

/// <summary>ResNet-18 for ImageNet (arXiv 1512.03385) as it is deployed: 224×224 images, normalisation folded in, 1000 classes.</summary>
public static class ResNet18
{
    /// <summary>The graph for a batch size; see <see cref="Model.Build"/>.</summary>
    public static Graph Build(int batch)
    {
        GraphBuilder g = new();
        Value x = g.Convolution("conv1", g.Images([224, 224, 3], batch), 64, 7, 2, Padding.Even(3));
        x = g.Apply("pool1", new MaxPool(3, 3, 2, Padding.Even(1)), g.Apply("relu1", new Relu(), x));
        foreach ((int stage, int filters) in new[] { (1, 64), (2, 128), (3, 256), (4, 512) })
        {
            x = Block(g, $"stage{stage}.block1", x, filters, stage == 1 ? 1 : 2);
            x = Block(g, $"stage{stage}.block2", x, filters, 1);
        }

        return g.Classify(g.Apply("pool", AveragePool.Global(x.Shape), x), 1000);
    }

    private static Value Block(GraphBuilder g, string name, Value x, int filters, int stride)
    {
        Value y = g.Apply($"{name}.relu1", new Relu(), g.Convolution($"{name}.conv1", x, filters, 3, stride, Padding.Even(1)));
        y = g.Convolution($"{name}.conv2", y, filters, 3, 1, Padding.Even(1));
        Value shortcut = stride == 1 ? x : g.Convolution($"{name}.shortcut", x, filters, 1, stride, default);
        return g.Apply($"{name}.relu2", new Relu(), g.Apply($"{name}.sum", new Add(), y, shortcut));
    }
}
