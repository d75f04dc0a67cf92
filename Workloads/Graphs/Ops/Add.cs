using System.Collections.Immutable;

namespace NpuSim.Workloads.Graphs.Ops;

/// <summary>Sum of two tensors. Operands: a, and b of the same shape or broadcast onto it; result of a's shape.</summary>
public sealed record Add : Op
{
    /// <inheritdoc/>
    public override string Name => "add";

    /// <inheritdoc/>
    public override bool InPlace => true;

    /// <inheritdoc/>
    public override Shape Infer(ImmutableArray<Shape> inputs) => Broadcast.Onto(Name, inputs[1], inputs[0]);

    /// <summary>da = dy; db = dy summed over the axes b was repeated along.</summary>
    public override Value? Differentiate(GraphBuilder graph, Node node, Value gradient, int input) =>
        SumTo.Shaped(graph, gradient, node.Inputs[input]);

    /// <summary>ẏ = ȧ + ḃ.</summary>
    public override Value? Tangent(GraphBuilder graph, Node node, ImmutableArray<Value?> tangents) =>
        tangents[0] is null ? Tangents.Onto(graph, node, tangents[1]!) : Tangents.Sum(graph, node, tangents[0], tangents[1]);
}
