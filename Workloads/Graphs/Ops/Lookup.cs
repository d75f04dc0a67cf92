using System.Collections.Immutable;

namespace NpuSim.Workloads.Graphs.Ops;

/// <summary>
/// Rows of a table by their indices: y[i] = table[index[i]]. Operands: indices, whole numbers of any shape, each 0..rows−1; table
/// [rows, n]. Result [.. indices, n].
/// </summary>
public sealed record Lookup : Op
{
    /// <inheritdoc/>
    public override string Name => "lookup";

    /// <inheritdoc/>
    public override Shape Infer(ImmutableArray<Shape> inputs) => inputs[1].Rank == 2
        ? [.. inputs[0], inputs[1][1]] : throw new GraphException($"{Name} takes a table [rows, n]; got {inputs[1]}.");

    /// <summary>None for the indices; of the table the sum of dy over the places where each row was found.</summary>
    public override Value? Differentiate(GraphBuilder graph, Node node, Value gradient, int input) =>
        input == 0 ? null : graph.Apply(
            $"d {node.Inputs[1].Name}", new LookupGradient(node.Inputs[1].Shape[0]), node.Inputs[0], gradient);

    /// <summary>The rows of the table's tangent: ẏ[i] = tangent[index[i]].</summary>
    public override Value? Tangent(GraphBuilder graph, Node node, ImmutableArray<Value?> tangents) =>
        tangents[1] is { } table ? graph.Apply($"t {node.Output.Name}", new Lookup(), node.Inputs[0], table) : null;
}
