using System.Collections.Immutable;

namespace NpuSim.Workloads.Graphs.Ops;

/// <summary>Zeros before and after along one axis: the adjoint of <see cref="Slice"/>.</summary>
/// <param name="Axis">The axis, 0 the outermost.</param>
/// <param name="Before">Zeros before, at least 0.</param>
/// <param name="After">Zeros after, at least 0.</param>
public sealed record Pad(int Axis, int Before, int After) : Op
{
    /// <inheritdoc/>
    public override string Name => "pad";

    /// <inheritdoc/>
    public override Shape Infer(ImmutableArray<Shape> inputs)
    {
        Shape x = inputs[0];
        return (uint)Axis < (uint)x.Rank && Before >= 0 && After >= 0
            ? [.. x[..Axis], Before + x[Axis] + After, .. x[(Axis + 1)..]]
            : throw new GraphException($"pad of {x} along axis {Axis} by {Before} and {After}: no such axis or a negative size.");
    }

    /// <summary>dx = the slice of dy without the zeros.</summary>
    public override Value? Differentiate(GraphBuilder graph, Node node, Value gradient, int input) =>
        graph.Apply($"d {node.Inputs[0].Name}", new Slice(Axis, Before, node.Inputs[0].Shape[Axis]), gradient);

    /// <summary>ẏ = the same of ẋ: the operation is linear.</summary>
    public override Value? Tangent(GraphBuilder graph, Node node, ImmutableArray<Value?> tangents) =>
        Tangents.Same(graph, node, tangents[0]!);
}
