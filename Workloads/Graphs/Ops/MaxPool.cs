using System.Collections.Immutable;

namespace NpuSim.Workloads.Graphs.Ops;

/// <summary>Largest pixel of each window. Operand [B, H, W, C]; result [B, OH, OW, C].</summary>
/// <inheritdoc cref="Pool"/>
public sealed record MaxPool(
    int Height, int Width, Stride Stride = default, Padding Padding = default, Stride Dilation = default)
    : Pool(Height, Width, Stride, Padding, Dilation)
{
    /// <inheritdoc/>
    public override string Name => "max-pool";

    /// <summary>dx = dy at the largest pixel of each window.</summary>
    public override Value? Differentiate(GraphBuilder graph, Node node, Value gradient, int input) =>
        graph.Apply($"d {node.Inputs[0].Name}", new MaxPoolGradient(this), gradient, node.Inputs[0]);

    /// <summary>ẏ = ẋ at the largest pixel of each window.</summary>
    public override Value? Tangent(GraphBuilder graph, Node node, ImmutableArray<Value?> tangents) =>
        graph.Apply(Tangents.Name(node), new MaxPoolTangent(this), tangents[0]!, node.Inputs[0]);
}
