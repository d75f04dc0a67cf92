using System.Collections.Immutable;

namespace NpuSim.Workloads.Graphs.Ops;

/// <summary>A range of indices of one axis.</summary>
/// <param name="Axis">The axis, 0 the outermost.</param>
/// <param name="Start">First index kept.</param>
/// <param name="Length">Number of indices kept, at least 1.</param>
public sealed record Slice(int Axis, int Start, int Length) : Op
{
    /// <inheritdoc/>
    public override string Name => "slice";

    /// <inheritdoc/>
    public override Shape Infer(ImmutableArray<Shape> inputs)
    {
        Shape x = inputs[0];
        return (uint)Axis < (uint)x.Rank && Start >= 0 && Length >= 1 && Start <= x[Axis] - Length
            ? [.. x[..Axis], Length, .. x[(Axis + 1)..]]
            : throw new GraphException($"slice of {x} along axis {Axis} cannot keep {Length} from {Start} on.");
    }

    /// <summary>dx = dy with zeros before and after.</summary>
    public override Value? Differentiate(GraphBuilder graph, Node node, Value gradient, int input)
    {
        Value x = node.Inputs[0];
        return graph.Apply($"d {x.Name}", new Pad(Axis, Start, x.Shape[Axis] - Start - Length), gradient);
    }

    /// <summary>ẏ = the same of ẋ: the operation is linear.</summary>
    public override Value? Tangent(GraphBuilder graph, Node node, ImmutableArray<Value?> tangents) =>
        Tangents.Same(graph, node, tangents[0]!);
}
