using System.Collections.Immutable;

namespace NpuSim.Workloads.Graphs.Ops;

/// <summary>
/// Product of two tensors, element by element. Operands: a, and b of the same shape or broadcast onto it; result of a's shape.
/// </summary>
public sealed record Mul : Op
{
    /// <inheritdoc/>
    public override string Name => "mul";

    /// <inheritdoc/>
    public override bool InPlace => true;

    /// <inheritdoc/>
    public override Shape Infer(ImmutableArray<Shape> inputs) => Broadcast.Onto(Name, inputs[1], inputs[0]);

    /// <summary>da = dy · b; db = dy · a summed over the axes b was repeated along.</summary>
    public override Value? Differentiate(GraphBuilder graph, Node node, Value gradient, int input)
    {
        Value product = graph.Apply($"d {node.Inputs[input].Name}", new Mul(), gradient, node.Inputs[1 - input]);
        return SumTo.Shaped(graph, product, node.Inputs[input]);
    }

    /// <summary>ẏ = ȧ · b + a · ḃ.</summary>
    public override Value? Tangent(GraphBuilder graph, Node node, ImmutableArray<Value?> tangents) =>
        Tangents.Bilinear(graph, node, tangents);
}
