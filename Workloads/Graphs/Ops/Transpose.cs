using System.Collections.Immutable;

namespace NpuSim.Workloads.Graphs.Ops;

/// <summary>Reorders the axes: axis i of the result is axis <paramref name="Permutation"/>[i] of the operand.</summary>
/// <param name="Permutation">Each axis once.</param>
public sealed record Transpose(params ImmutableArray<int> Permutation) : Op
{
    /// <inheritdoc/>
    public override string Name => "transpose";

    /// <inheritdoc/>
    public override Shape Infer(ImmutableArray<Shape> inputs)
    {
        Shape x = inputs[0];
        return Permutation.Order().SequenceEqual(Enumerable.Range(0, x.Rank))
            ? [.. Permutation.Select(axis => x[axis])]
            : throw new GraphException(
                $"transpose of {x} by ({string.Join(", ", Permutation)}): not each of 0…{x.Rank - 1} once.");
    }

    /// <summary>dx = dy with the axes put back.</summary>
    public override Value? Differentiate(GraphBuilder graph, Node node, Value gradient, int input) =>
        graph.Apply(
            $"d {node.Inputs[0].Name}", new Transpose([.. Permutation.Select((_, axis) => Permutation.IndexOf(axis))]), gradient);

    /// <summary>ẏ = the same of ẋ: the operation is linear.</summary>
    public override Value? Tangent(GraphBuilder graph, Node node, ImmutableArray<Value?> tangents) =>
        Tangents.Same(graph, node, tangents[0]!);

    /// <summary>Equal when the permutations are.</summary>
    public bool Equals(Transpose? other) => other is not null && Permutation.SequenceEqual(other.Permutation);

    /// <inheritdoc/>
    public override int GetHashCode() => Permutation.Aggregate(Permutation.Length, HashCode.Combine);

    // Matrices transposed one by one.
    internal static Transpose LastTwo(int rank) => new([.. Enumerable.Range(0, rank - 2), rank - 1, rank - 2]);
}
