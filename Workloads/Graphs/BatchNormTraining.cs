using NpuSim.Workloads.Graphs.Ops;

namespace NpuSim.Workloads.Graphs;

/// <summary>
/// The form of training of networks with batch normalisations: the statistics are those of the batch (arXiv 1502.03167). Once
/// trained, they are measured over more samples and stay fixed.
/// </summary>
public static class BatchNormTraining
{
    /// <summary>True where a network has a batch normalisation with fixed statistics.</summary>
    public static bool IsNeeded(Graph graph) => graph.Nodes.Any(n => n.Op is BatchNorm { BatchStatistics: false });

    /// <summary>The form of training. Parameters that hold statistics stay, but nothing reads them.</summary>
    /// <param name="graph">The form of inference.</param>
    public static Graph Of(Graph graph) => GraphRewriting.Run(graph, (rewriting, node) => node.Op is BatchNorm norm
        ? rewriting.Builder.Apply(
            node.Output.Name, norm with { BatchStatistics = true }, [.. node.Inputs.Take(3).Select(i => rewriting[i])])
        : rewriting.Copy(node));
}
