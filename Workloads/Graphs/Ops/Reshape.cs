using System.Collections.Immutable;

namespace NpuSim.Workloads.Graphs.Ops;

/// <summary>The same elements in the same order under another shape: a view, no work.</summary>
/// <param name="Target">Shape of the result, with the operand's element count.</param>
public sealed record Reshape(Shape Target) : Op
{
    /// <inheritdoc/>
    public override string Name => "reshape";

    /// <inheritdoc/>
    public override bool IsView => true;

    /// <inheritdoc/>
    public override Shape Infer(ImmutableArray<Shape> inputs) =>
        inputs[0].Count == Target.Count
            ? Target
            : throw new GraphException($"reshape of {inputs[0]} to {Target}: element counts differ.");

    /// <summary>dx = dy under the operand's shape.</summary>
    public override Value? Differentiate(GraphBuilder graph, Node node, Value gradient, int input) =>
        graph.Apply($"d {node.Inputs[0].Name}", new Reshape(node.Inputs[0].Shape), gradient);

    /// <summary>ẏ = the same of ẋ: the operation is linear.</summary>
    public override Value? Tangent(GraphBuilder graph, Node node, ImmutableArray<Value?> tangents) =>
        Tangents.Same(graph, node, tangents[0]!);

    // [..., K] as [rows, K].
    internal static Value Rows(GraphBuilder graph, Value value) =>
        value.Shape.Rank == 2
            ? value
            : graph.Apply(
                $"{value.Name} rows", new Reshape([(int)(value.Shape.Count / value.Shape[^1]), value.Shape[^1]]), value);
}
