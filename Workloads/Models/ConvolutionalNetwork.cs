using System.Collections.Immutable;
using NpuSim.Workloads.Graphs;
using NpuSim.Workloads.Graphs.Ops;

namespace NpuSim.Workloads.Models;

/// <summary>One block: 3×3 convolution with a border of one zero, rectifier and, if asked for, 2×2 max pooling.</summary>
/// <param name="Filters">Output channels.</param>
/// <param name="Stride">Stride of the convolution.</param>
/// <param name="Pool">True: halves the image by max pooling.</param>
internal sealed record ConvolutionBlock(int Filters, int Stride = 1, bool Pool = true);

/// <summary>
/// A plain convolutional network "conv1", "conv2", …, whose last image is flattened into the classifier "head".
/// </summary>
/// <param name="Input">One sample [height, width, channels].</param>
/// <param name="Classes">Number of classes.</param>
/// <param name="Blocks">The blocks in order.</param>
internal sealed record ConvolutionalNetwork(Shape Input, int Classes, ImmutableArray<ConvolutionBlock> Blocks)
{
    /// <summary>The graph for a batch size; see <see cref="Model.Build"/>.</summary>
    public Graph Build(int batch)
    {
        GraphBuilder g = new();
        Value x = g.Images(Input, batch);
        for (int i = 0; i < Blocks.Length; i++)
        {
            ConvolutionBlock block = Blocks[i];
            x = g.Convolution($"conv{i + 1}", x, block.Filters, 3, block.Stride, Padding.Even(1));
            x = g.Apply($"relu{i + 1}", new Relu(), x);
            if (block.Pool)
                x = g.Apply($"pool{i + 1}", new MaxPool(2, 2, 2), x);
        }

        return g.Classify(x, Classes);
    }
}
