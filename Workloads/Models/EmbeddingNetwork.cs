using NpuSim.Workloads.Graphs;
using NpuSim.Workloads.Graphs.Ops;

namespace NpuSim.Workloads.Models;

/// <summary>
/// The embedding of prototypical networks (arXiv 1703.05175, "Conv-4"): four blocks of a 3×3 convolution, a batch normalisation
/// with fixed statistics, a ReLU and a 2×2 pooling; what is left of the image is flattened into the classifier. Parameters:
/// "conv1", "conv1.norm", …, "head".
/// </summary>
/// <param name="Input">One sample [height, width, channels], at least 16×16.</param>
/// <param name="Classes">Number of classes.</param>
/// <param name="Filters">Filters of each convolution; 64 in the paper.</param>
internal sealed record EmbeddingNetwork(Shape Input, int Classes, int Filters)
{
    private const int Blocks = 4;

    /// <summary>The graph for a batch size; see <see cref="Model.Build"/>.</summary>
    public Graph Build(int batch)
    {
        GraphBuilder g = new();
        Value x = g.Images(Input, batch);
        for (int i = 1; i <= Blocks; i++)
        {
            x = g.Apply($"relu{i}", new Relu(), g.Normalized($"conv{i}", x, Filters, 3, 1));
            x = g.Apply($"pool{i}", new MaxPool(2, 2, 2), x);
        }

        return g.Classify(x, Classes);
    }
}
