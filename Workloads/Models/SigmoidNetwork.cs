using NpuSim.Workloads.Graphs;
using NpuSim.Workloads.Graphs.Ops;

namespace NpuSim.Workloads.Models;

/// <summary>
/// The network on which gradient inversion is measured (arXiv 1906.08935, <c>models/vision.py</c> of mit-han-lab/dlg): three 5×5
/// convolutions of 12 channels with a border of two zeros and strides 2, 2 and 1, a sigmoid after each, and the classifier
/// "head". Strides replace pooling and sigmoids rectifiers, so that the loss has second derivatives everywhere.
/// </summary>
/// <param name="Input">One sample [height, width, channels].</param>
/// <param name="Classes">Number of classes.</param>
internal sealed record SigmoidNetwork(Shape Input, int Classes)
{
    private static readonly int[] Strides = [2, 2, 1];

    /// <summary>The graph for a batch size; see <see cref="Model.Build"/>.</summary>
    public Graph Build(int batch)
    {
        GraphBuilder g = new();
        Value x = g.Images(Input, batch);
        for (int i = 0; i < Strides.Length; i++)
            x = g.Apply($"sigmoid{i + 1}", new Sigmoid(),
                g.Convolution($"conv{i + 1}", x, filters: 12, kernel: 5, Strides[i], Padding.Even(2)));
        return g.Classify(x, Classes);
    }
}
