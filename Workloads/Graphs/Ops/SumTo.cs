using System.Collections.Immutable;

namespace NpuSim.Workloads.Graphs.Ops;

/// <summary>
/// Sums over the axes along which <paramref name="Target"/> was broadcast: the adjoint of broadcasting. Shapes are aligned at the
/// innermost axis.
/// </summary>
/// <param name="Target">Shape of the result; each extent equals the operand's or is 1, missing outer axes count as 1.</param>
public sealed record SumTo(Shape Target) : Op
{
    /// <inheritdoc/>
    public override string Name => "sum-to";

    /// <inheritdoc/>
    public override Shape Infer(ImmutableArray<Shape> inputs)
    {
        Shape x = inputs[0];
        bool fits = Target.Rank <= x.Rank;
        for (int axis = 1; fits && axis <= Target.Rank; axis++)
            fits = Target[^axis] == x[^axis] || Target[^axis] == 1;
        return fits ? Target : throw new GraphException($"sum of {x} to {Target}: not a broadcast of it.");
    }

    /// <summary>dx = dy broadcast to the operand's shape.</summary>
    public override Value? Differentiate(GraphBuilder graph, Node node, Value gradient, int input) =>
        graph.Apply($"d {node.Inputs[0].Name}", new Broadcast(node.Inputs[0].Shape), gradient);

    /// <summary>ẏ = the same of ẋ: the operation is linear.</summary>
    public override Value? Tangent(GraphBuilder graph, Node node, ImmutableArray<Value?> tangents) =>
        Tangents.Same(graph, node, tangents[0]!);

    // The gradient of an operand that was broadcast: itself when it was not.
    internal static Value Shaped(GraphBuilder graph, Value gradient, Value operand) =>
        gradient.Shape == operand.Shape ? gradient : graph.Apply($"d {operand.Name}", new SumTo(operand.Shape), gradient);
}
