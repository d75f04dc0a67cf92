using System.Collections.Immutable;
using NpuSim.Workloads.Graphs;
using NpuSim.Workloads.Graphs.Ops;

namespace NpuSim.Workloads.Models;

/// <summary>A depthwise 3×3 convolution and a pointwise convolution.</summary>
/// <param name="Filters">Filters of the pointwise convolution.</param>
/// <param name="Stride">Stride of the depthwise convolution.</param>
internal sealed record SeparableBlock(int Filters, int Stride = 1);

/// <summary>
/// A network of depthwise separable convolutions (arXiv 1704.04861), each with a bias into which its batch normalisation is
/// folded, and a ReLU. Parameters: "stem", "block1.depthwise", "block1.pointwise", …, "head".
/// </summary>
/// <param name="Input">One sample [height, width, channels].</param>
/// <param name="Classes">Number of classes.</param>
/// <param name="StemFilters">Filters of the first convolution, whose stride is 2.</param>
/// <param name="StemHeight">Rows of its window.</param>
/// <param name="StemWidth">Columns of its window.</param>
/// <param name="Blocks">The blocks in order.</param>
internal sealed record SeparableNetwork(
    Shape Input, int Classes, int StemFilters, int StemHeight, int StemWidth, ImmutableArray<SeparableBlock> Blocks)
{
    /// <summary>MobileNetV1 at a quarter of its width: visual wake words of MLPerf Tiny (arXiv 2106.07597).</summary>
    public static SeparableNetwork MobileNetV1Quarter(Shape input, int classes) => new(
        input, classes, 8, 3, 3,
        [
            new(16), new(32, 2), new(32), new(64, 2), new(64), new(128, 2), new(128), new(128), new(128), new(128), new(128),
            new(256, 2), new(256),
        ]);

    /// <summary>DS-CNN: keyword spotting of MLPerf Tiny (arXiv 2106.07597).</summary>
    public static SeparableNetwork KeywordSpotting(Shape input, int classes) =>
        new(input, classes, 64, 10, 4, [new(64), new(64), new(64), new(64)]);

    /// <summary>The graph for a batch size; see <see cref="Model.Build"/>.</summary>
    public Graph Build(int batch)
    {
        GraphBuilder g = new();
        Value x = g.Rectified("stem", g.Images(Input, batch), StemFilters, StemHeight, StemWidth, 2);
        for (int i = 0; i < Blocks.Length; i++)
        {
            x = g.Rectified($"block{i + 1}.depthwise", x, x.Shape[^1], 3, 3, Blocks[i].Stride, x.Shape[^1]);
            x = g.Rectified($"block{i + 1}.pointwise", x, Blocks[i].Filters, 1, 1, 1);
        }

        return g.Classify(g.Apply("pool", AveragePool.Global(x.Shape), x), Classes);
    }
}
