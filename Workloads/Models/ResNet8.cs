using NpuSim.Workloads.Graphs;
using NpuSim.Workloads.Graphs.Ops;

namespace NpuSim.Workloads.Models;

/// <summary>
/// The image classifier of MLPerf Tiny (arXiv 2106.07597): a 3×3 convolution and three residual blocks of 16, 32 and 64 filters,
/// the later two halving the image, with a 1×1 convolution on the shortcut. Parameters: "conv1", "bn1", "block1.conv1",
/// "block1.bn1", "block1.conv2", "block1.bn2", …, "block2.shortcut", …, "head".
/// </summary>
/// <param name="Input">One sample [height, width, channels].</param>
/// <param name="Classes">Number of classes.</param>
/// <param name="BatchStatistics">
/// True: the form of training, whose outputs "bn1.mean", "bn1.variance", … are to be averaged; false: the form of inference,
/// where those averages are parameters.
/// </param>
internal sealed record ResNet8(Shape Input, int Classes, bool BatchStatistics)
{
    /// <summary>The graph for a batch size; see <see cref="Model.Build"/>.</summary>
    public Graph Build(int batch)
    {
        GraphBuilder g = new();
        Value x = Normalized(g, "conv1", "bn1", g.Images(Input, batch), 16, 1);
        x = g.Apply("relu1", new Relu(), x);
        x = Block(g, "block1", x, 16, 1);
        x = Block(g, "block2", x, 32, 2);
        x = Block(g, "block3", x, 64, 2);
        return g.Classify(g.Apply("pool", AveragePool.Global(x.Shape), x), Classes);
    }

    private Value Block(GraphBuilder g, string name, Value x, int filters, int stride)
    {
        Value y = Normalized(g, $"{name}.conv1", $"{name}.bn1", x, filters, stride);
        y = Normalized(g, $"{name}.conv2", $"{name}.bn2", g.Apply($"{name}.relu1", new Relu(), y), filters, 1);
        Value shortcut = stride == 1 ? x : g.Convolution($"{name}.shortcut", x, filters, 1, stride, default);
        return g.Apply($"{name}.relu2", new Relu(), g.Apply($"{name}.sum", new Add(), y, shortcut));
    }

    private Value Normalized(GraphBuilder g, string convolution, string norm, Value x, int filters, int stride)
    {
        Padding padding = Padding.Same(x.Shape[1], x.Shape[2], 3, 3, stride);
        return g.BatchNorm(norm, g.Convolution(convolution, x, filters, 3, stride, padding), BatchStatistics);
    }
}
