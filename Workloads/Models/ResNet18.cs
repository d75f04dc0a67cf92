using NpuSim.Workloads.Graphs;
using NpuSim.Workloads.Graphs.Ops;

namespace NpuSim.Workloads.Models;

/// <summary>
/// ResNet-18 (arXiv 1512.03385, table 1): a 7×7 convolution, a pooling and four stages of two residual blocks. Batch
/// normalisations have fixed statistics. Parameters: "stem", "stage1.block1.conv1", "stage1.block1.conv2", …,
/// "stage2.block1.shortcut", …, "head".
/// </summary>
/// <param name="Input">One sample [height, width, channels].</param>
/// <param name="Classes">Number of classes.</param>
internal sealed record ResNet18(Shape Input, int Classes)
{
    /// <summary>The graph for a batch size; see <see cref="Model.Build"/>.</summary>
    public Graph Build(int batch)
    {
        GraphBuilder g = new();
        Value x = g.Apply("stem.relu", new Relu(), g.Normalized("stem", g.Images(Input, batch), 64, 7, 2));
        x = g.Apply("stem.pool", new MaxPool(3, 3, 2, Padding.Even(1)), x);
        for (int stage = 1; stage <= 4; stage++)
        {
            x = Block(g, $"stage{stage}.block1", x, 32 << stage, stage == 1 ? 1 : 2);
            x = Block(g, $"stage{stage}.block2", x, 32 << stage, 1);
        }

        return g.Classify(g.Apply("pool", AveragePool.Global(x.Shape), x), Classes);
    }

    private static Value Block(GraphBuilder g, string name, Value x, int filters, int stride)
    {
        Value y = g.Apply($"{name}.relu1", new Relu(), g.Normalized($"{name}.conv1", x, filters, 3, stride));
        y = g.Normalized($"{name}.conv2", y, filters, 3, 1);
        Value shortcut = stride == 1 ? x : g.Normalized($"{name}.shortcut", x, filters, 1, stride);
        return g.Apply($"{name}.relu2", new Relu(), g.Apply($"{name}.sum", new Add(), y, shortcut));
    }
}
