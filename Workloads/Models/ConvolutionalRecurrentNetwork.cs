using NpuSim.Workloads.Graphs;
using NpuSim.Workloads.Graphs.Ops;

namespace NpuSim.Workloads.Models;

/// <summary>
/// The few-shot audio classifier of MetaAudio (arXiv 2204.02121; there four blocks, 64 filters and pooling by 3): blocks of a 3×3
/// convolution, a batch normalisation with fixed statistics, a ReLU and a pooling; a recurrent layer over the columns that are
/// left; a linear layer. Parameters: "conv1", …, "recurrent.input", "recurrent.hidden",
/// "head".
/// </summary>
/// <param name="Input">One spectrogram [frequencies, frames, channels].</param>
/// <param name="Classes">Number of classes, or width of the embedding that few-shot methods compare.</param>
/// <param name="Blocks">Blocks of convolution and pooling.</param>
/// <param name="Filters">Filters of each convolution, and width of the recurrent layer.</param>
/// <param name="Pool">Rows, columns and stride of each pooling.</param>
/// <param name="Cell">The recurrent layer.</param>
internal sealed record ConvolutionalRecurrentNetwork(
    Shape Input, int Classes, int Blocks, int Filters, int Pool, RecurrentCell Cell = RecurrentCell.Rectified)
{
    /// <summary>The graph for a batch size; see <see cref="Model.Build"/>.</summary>
    public Graph Build(int batch)
    {
        GraphBuilder g = new();
        Value x = g.Images(Input, batch);
        for (int i = 1; i <= Blocks; i++)
        {
            x = g.Apply($"relu{i}", new Relu(), g.Normalized($"conv{i}", x, Filters, 3, 1));
            x = g.Apply($"pool{i}", new MaxPool(Pool, Pool, Pool), x);
        }

        int steps = x.Shape[2], features = x.Shape[1] * Filters;
        x = g.Apply("frames", new Reshape([batch, steps, features]), g.Apply("columns first", new Transpose(0, 2, 1, 3), x));
        return g.Classify(g.Recurrent("recurrent", x, Filters, Cell), Classes);
    }
}
