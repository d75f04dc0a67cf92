using System.Collections.Immutable;

namespace NpuSim.Workloads.Graphs.Ops;

/// <summary>
/// Sums of a few elements along an axis, each times a factor that is known: interpolation, and windows of fixed weights. One
/// operand; the result has the axis's extent of the taps.
/// </summary>
/// <param name="Axis">The axis, 0 the outermost.</param>
/// <param name="Taps">What is added for each index of the result.</param>
public sealed record Resample(int Axis, Taps Taps) : Op
{
    /// <inheritdoc/>
    public override string Name => "resample";

    /// <inheritdoc/>
    public override Shape Infer(ImmutableArray<Shape> inputs)
    {
        Shape x = inputs[0];
        return (uint)Axis < (uint)x.Rank && x[Axis] == Taps.Size
            ? [.. x[..Axis], Taps.Rows.Length, .. x[(Axis + 1)..]]
            : throw new GraphException($"{Name} along axis {Axis} takes an extent of {Taps.Size} there; got {x}.");
    }

    /// <summary>dx = the adjoint of dy.</summary>
    public override Value? Differentiate(GraphBuilder graph, Node node, Value gradient, int input) =>
        graph.Apply($"d {node.Inputs[0].Name}", new Resample(Axis, Taps.Turned()), gradient);

    /// <summary>ẏ = the same of ẋ: the operation is linear.</summary>
    public override Value? Tangent(GraphBuilder graph, Node node, ImmutableArray<Value?> tangents) =>
        Tangents.Same(graph, node, tangents[0]!);
}
