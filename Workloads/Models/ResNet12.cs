using NpuSim.Workloads.Graphs;
using NpuSim.Workloads.Graphs.Ops;

namespace NpuSim.Workloads.Models;

/// <summary>
/// The few-shot variant of ResNet-12 (arXiv 1904.03758): four residual blocks of three 3×3 convolutions with 64, 160, 320 and 640
/// filters, a 1×1 convolution on every shortcut and a 2×2 pooling behind. Batch normalisations have fixed statistics. ReLUs
/// stand for the published ones, which leak a tenth below zero; dropped blocks are left out. Parameters: "block1.conv1" to
/// "block1.conv3", "block1.shortcut", …, "head".
/// </summary>
/// <param name="Input">One sample [height, width, channels].</param>
/// <param name="Classes">Number of classes.</param>
/// <param name="Width">Filters of the first block, an even number; 64 as published. The others have 2½, 5 and 10 times as
/// many.</param>
internal sealed record ResNet12(Shape Input, int Classes, int Width = 64)
{

    /// <summary>The graph for a batch size; see <see cref="Model.Build"/>.</summary>
    public Graph Build(int batch)
    {
        GraphBuilder g = new();
        Value x = g.Images(Input, batch);
        int[] filters = [Width, Width * 5 / 2, Width * 5, Width * 10];
        for (int i = 0; i < filters.Length; i++)
            x = Block(g, $"block{i + 1}", x, filters[i]);
        return g.Classify(g.Apply("pool", AveragePool.Global(x.Shape), x), Classes);
    }

    private static Value Block(GraphBuilder g, string name, Value x, int filters)
    {
        Value y = g.Apply($"{name}.relu1", new Relu(), g.Normalized($"{name}.conv1", x, filters, 3, 1));
        y = g.Apply($"{name}.relu2", new Relu(), g.Normalized($"{name}.conv2", y, filters, 3, 1));
        y = g.Normalized($"{name}.conv3", y, filters, 3, 1);
        y = g.Apply($"{name}.sum", new Add(), y, g.Normalized($"{name}.shortcut", x, filters, 1, 1));
        return g.Apply($"{name}.pool", new MaxPool(2, 2, 2), g.Apply($"{name}.relu3", new Relu(), y));
    }
}
