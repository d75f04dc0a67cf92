using NpuSim.Workloads.Graphs;
using NpuSim.Workloads.Graphs.Ops;

namespace NpuSim.Workloads.Models.Shapes;

/// <summary>
/// The block of arXiv 1704.04861: a depthwise 3×3 and a pointwise convolution, each with its rectifier, normalisation folded in.
/// </summary>
internal static class DepthwiseSeparable
{
    /// <summary>Applies a block "name.depthwise", "name.pointwise".</summary>
    internal static Value Block(GraphBuilder g, string name, Value x, int filters, int stride)
    {
        int channels = x.Shape[^1];
        Padding padding = Padding.Same(x.Shape[1], x.Shape[2], 3, 3, stride);
        x = g.Apply(
            $"{name}.depthwise", new Conv2d(stride, padding, Groups: channels), x,
            g.Parameter($"{name}.depthwise.weight", [channels, 3, 3, 1]), g.Parameter($"{name}.depthwise.bias", [channels]));
        x = g.Apply($"{name}.depthwise.relu", new Relu(), x);
        return g.Apply($"{name}.relu", new Relu(), g.Convolution($"{name}.pointwise", x, filters, 1, 1, default));
    }
}
