using NpuSim.Workloads.Graphs;
using NpuSim.Workloads.Graphs.Ops;

namespace NpuSim.Simulator.Planning;

/// <summary>
/// Gradients of trained weights and, of a weight that several layers share, what each of them adds to its gradient: in fixed
/// point all of them stay as wide as the accumulators.
/// </summary>
internal static class WeightGradients
{
    /// <summary>Their value ids.</summary>
    public static HashSet<int> Of(BackwardGraph graph)
    {
        HashSet<int> found = [.. graph.Gradients.Keys];
        foreach (Node node in graph.Backward.Reverse()
            .Where(n => found.Contains(n.Output.Id) && n.Op is Add or Transpose or Reshape))
        {
            foreach (Value part in node.Inputs.Where(i =>
                graph.Backward.Any(n => n.Output.Id == i.Id && IsAccumulated(n) && IsReadOnce(n))))
                found.Add(part.Id);
        }

        return found;

        bool IsReadOnce(Node node) => graph.Backward.Sum(n => n.Inputs.Count(i => i.Id == node.Output.Id)) == 1;
    }

    private static bool IsAccumulated(Node node) =>
        node.Op is MatMul or Conv2dWeightGradient or LayerNormScaleGradient or SumTo or Add or Transpose or Reshape;
}
