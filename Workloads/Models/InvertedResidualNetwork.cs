using System.Collections.Immutable;
using NpuSim.Workloads.Graphs;
using NpuSim.Workloads.Graphs.Ops;

namespace NpuSim.Workloads.Models;

/// <summary>
/// A pointwise expansion, a depthwise convolution and a pointwise projection; a shortcut where the shape stays.
/// </summary>
/// <param name="Kernel">Rows and columns of the depthwise filters.</param>
/// <param name="Hidden">Channels between; equal to the input's: no expansion.</param>
/// <param name="Filters">Channels of the result.</param>
/// <param name="Stride">Stride of the depthwise convolution.</param>
internal sealed record InvertedResidual(int Kernel, int Hidden, int Filters, int Stride);

/// <summary>
/// A network of inverted residual blocks (arXiv 1801.04381). Batch normalisations have fixed statistics; ReLUs stand for the
/// published ones, which end at 6. Parameters: "stem", "block1.expand", "block1.depthwise", "block1.project", …, "last", "head".
/// </summary>
/// <param name="Input">One sample [height, width, channels].</param>
/// <param name="Classes">Number of classes.</param>
/// <param name="Stem">Filters of the first convolution, 3×3 with stride 2.</param>
/// <param name="Blocks">The blocks in order.</param>
/// <param name="Last">Filters of the pointwise convolution before the classifier; 0: none.</param>
internal sealed record InvertedResidualNetwork(
    Shape Input, int Classes, int Stem, ImmutableArray<InvertedResidual> Blocks, int Last = 0)
{
    /// <summary>The graph for a batch size; see <see cref="Model.Build"/>.</summary>
    public Graph Build(int batch)
    {
        GraphBuilder g = new();
        Value x = Rectified(g, "stem", g.Images(Input, batch), Stem, 3, 2);
        for (int i = 0; i < Blocks.Length; i++)
            x = Block(g, $"block{i + 1}", x, Blocks[i]);
        if (Last > 0)
            x = Rectified(g, "last", x, Last, 1, 1);
        return g.Classify(g.Apply("pool", AveragePool.Global(x.Shape), x), Classes);
    }

    private static Value Block(GraphBuilder g, string name, Value x, InvertedResidual block)
    {
        Value y = block.Hidden == x.Shape[^1] ? x : Rectified(g, $"{name}.expand", x, block.Hidden, 1, 1);
        y = Rectified(g, $"{name}.depthwise", y, block.Hidden, block.Kernel, block.Stride, block.Hidden);
        y = g.Normalized($"{name}.project", y, block.Filters, 1, 1);
        return y.Shape == x.Shape ? g.Apply($"{name}.sum", new Add(), y, x) : y;
    }

    private static Value Rectified(GraphBuilder g, string name, Value x, int filters, int kernel, int stride, int groups = 1) =>
        g.Apply($"{name}.relu", new Relu(), g.Normalized(name, x, filters, kernel, stride, groups));
}
