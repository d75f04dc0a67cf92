using System.Collections.Immutable;

namespace NpuSim.Workloads.Graphs.Ops;

/// <summary>Mean of the pixels of each window that lie in the image. Operand [B, H, W, C]; result [B, OH, OW, C].</summary>
/// <inheritdoc cref="Pool"/>
public sealed record AveragePool(
    int Height, int Width, Stride Stride = default, Padding Padding = default, Stride Dilation = default)
    : Pool(Height, Width, Stride, Padding, Dilation)
{
    /// <inheritdoc/>
    public override string Name => "average-pool";

    /// <summary>
    /// True for one window without padding whose sum becomes the result's integer at once, in a network that was quantised
    /// elsewhere (TFLite's MEAN); false: the mean is an integer of the operand's scale first (AVERAGE_POOL_2D).
    /// </summary>
    public bool IsMean { get; init; }

    /// <summary>One window that covers the whole of such images [B, H, W, C].</summary>
    public static AveragePool Global(Shape images) => new(images[1], images[2]);

    /// <summary>dx = dy shared out evenly over each window.</summary>
    public override Value? Differentiate(GraphBuilder graph, Node node, Value gradient, int input) =>
        graph.Apply($"d {node.Inputs[0].Name}", new AveragePoolGradient(this, node.Inputs[0].Shape), gradient);

    /// <summary>ẏ = the same of ẋ: the operation is linear.</summary>
    public override Value? Tangent(GraphBuilder graph, Node node, ImmutableArray<Value?> tangents) =>
        Tangents.Same(graph, node, tangents[0]!);
}
