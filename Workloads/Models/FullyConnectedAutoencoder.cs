using NpuSim.Workloads.Graphs;
using NpuSim.Workloads.Graphs.Ops;

namespace NpuSim.Workloads.Models;

/// <summary>
/// The anomaly detector of MLPerf Tiny (arXiv 2106.07597): layers of 128, 128, 128, 128, 8, 128, 128, 128 and 128 with ReLUs,
/// batch normalisations folded, and a last layer as wide as the sample. It has no labels: "logits" is the reconstruction and
/// "loss" its mean squared error. Parameters: "layer1" to "layer9", "head".
/// </summary>
/// <param name="Input">One sample of any shape; its elements are the features.</param>
internal sealed record FullyConnectedAutoencoder(Shape Input)
{
    private static readonly int[] Widths = [128, 128, 128, 128, 8, 128, 128, 128, 128];

    /// <summary>The graph for a batch size, with input "images" alone; otherwise as <see cref="Model.Build"/>.</summary>
    public Graph Build(int batch)
    {
        GraphBuilder g = new();
        int features = checked((int)Input.Count);
        Value sample = g.Apply("features", new Reshape([batch, features]), g.Images(Input, batch)), x = sample;
        for (int i = 0; i < Widths.Length; i++)
            x = g.Apply($"layer{i + 1}.relu", new Relu(), g.Dense($"layer{i + 1}", x, Widths[i]));
        Value result = g.Dense("head", x, features);
        g.Output("logits", result);
        g.Output("loss", g.Apply("loss", new MeanSquaredError(), result, sample));
        return g.Build();
    }
}
