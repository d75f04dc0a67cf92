using System.Collections.Immutable;

namespace NpuSim.Workloads.Graphs.Ops;

/// <summary>
/// Fully connected layer: y = x · wᵀ + b over the innermost axis. Operands: x [..., K] of at least two axes, w [N, K], optionally
/// b [N]; result [..., N].
/// </summary>
public sealed record Linear : Op
{
    /// <inheritdoc/>
    public override string Name => "linear";

    /// <inheritdoc/>
    public override Shape Infer(ImmutableArray<Shape> inputs)
    {
        Shape x = inputs[0], w = inputs[1];
        if (x.Rank < 2 || w.Rank != 2 || x[^1] != w[1] || (inputs.Length > 2 && inputs[2] != [w[0]]))
            throw new GraphException($"linear takes x [..., K], w [N, K] and b [N]; got {string.Join(", ", inputs)}.");
        return [.. x[..^1], w[0]];
    }

    /// <inheritdoc/>
    public override Contraction? AsContraction(ImmutableArray<Shape> inputs) =>
        new(ContractionKind.FullyConnected, 1, inputs[0].Count / inputs[0][^1], inputs[1][0], inputs[1][1]);

    /// <summary>dx = dy · w; dw = dyᵀ · x over all rows; db = Σ dy over all rows.</summary>
    public override Value? Differentiate(GraphBuilder graph, Node node, Value gradient, int input)
    {
        Value x = node.Inputs[0], w = node.Inputs[1];
        string name = node.Inputs[input].Name;
        switch (input)
        {
            case 0:
                return graph.Apply($"d {name}", new MatMul(), gradient, w);
            case 1:
                Value rows = Reshape.Rows(graph, x), gradientRows = Reshape.Rows(graph, gradient);
                return graph.Apply($"d {name}", new MatMul(TransposeA: true), gradientRows, rows);
            default:
                return graph.Apply($"d {name}", new SumTo(node.Inputs[2].Shape), gradient);
        }
    }

    /// <summary>ẏ = ẋ · wᵀ + x · ẇᵀ + ḃ.</summary>
    public override Value? Tangent(GraphBuilder graph, Node node, ImmutableArray<Value?> tangents) =>
        Tangents.Layer(graph, node, tangents);
}
