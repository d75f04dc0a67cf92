using System.Collections.Immutable;

namespace NpuSim.Workloads.Graphs.Ops;

/// <summary>
/// Repeats the operand along the axes where its extent is 1 or missing. Shapes are aligned at the innermost axis.
/// </summary>
/// <param name="Target">Shape of the result.</param>
public sealed record Broadcast(Shape Target) : Op
{
    /// <inheritdoc/>
    public override string Name => "broadcast";

    /// <inheritdoc/>
    public override Shape Infer(ImmutableArray<Shape> inputs) => Onto(Name, inputs[0], Target);

    /// <summary>dx = dy summed over the repeated axes.</summary>
    public override Value? Differentiate(GraphBuilder graph, Node node, Value gradient, int input) =>
        graph.Apply($"d {node.Inputs[0].Name}", new SumTo(node.Inputs[0].Shape), gradient);

    /// <summary>ẏ = the same of ẋ: the operation is linear.</summary>
    public override Value? Tangent(GraphBuilder graph, Node node, ImmutableArray<Value?> tangents) =>
        Tangents.Same(graph, node, tangents[0]!);

    // The target, when x broadcasts to it.
    internal static Shape Onto(string op, Shape x, Shape target)
    {
        bool fits = x.Rank <= target.Rank;
        for (int axis = 1; fits && axis <= x.Rank; axis++)
            fits = x[^axis] == target[^axis] || x[^axis] == 1;
        return fits
            ? target
            : throw new GraphException(
                $"{op}: {x} does not broadcast to {target}; each extent must be equal or 1, from the innermost.");
    }
}
