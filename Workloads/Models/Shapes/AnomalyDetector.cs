using NpuSim.Workloads.Graphs;
using NpuSim.Workloads.Graphs.Ops;

namespace NpuSim.Workloads.Models.Shapes;

/// <summary>
/// The anomaly detector of MLPerf Tiny (arXiv 2106.07597): a fully connected autoencoder of 640 inputs, four layers of 128, a
/// bottleneck of 8, four layers of 128 and 640 outputs, "logits". It has no loss here: its shape serves inference.
/// </summary>
public static class AnomalyDetector
{
    private static readonly int[] Hidden = [128, 128, 128, 128, 8, 128, 128, 128, 128];

    /// <summary>The graph for a batch size.</summary>
    public static Graph Build(int batch)
    {
        const int Features = 640;
        GraphBuilder g = new();
        Value x = g.Input("images", [batch, Features]);
        for (int i = 0; i < Hidden.Length; i++)
            x = g.Apply($"relu{i + 1}", new Relu(), g.Dense($"layer{i + 1}", x, Hidden[i]));
        g.Output("logits", g.Dense("head", x, Features));
        return g.Build();
    }
}
