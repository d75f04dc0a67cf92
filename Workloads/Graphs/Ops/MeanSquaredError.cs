using System.Collections.Immutable;

namespace NpuSim.Workloads.Graphs.Ops;

/// <summary>
/// Mean loss of a regression: (1/n) Σ (x − target)² over all n elements. Operands: x, target of the same shape; result [1].
/// </summary>
public sealed record MeanSquaredError : Op
{
    /// <inheritdoc/>
    public override string Name => "mean-squared-error";

    /// <inheritdoc/>
    public override bool IsLoss => true;

    /// <inheritdoc/>
    public override Shape Infer(ImmutableArray<Shape> inputs) =>
        inputs[0] == inputs[1]
            ? [1]
            : throw new GraphException($"{Name} takes two tensors of one shape; got {inputs[0]} and {inputs[1]}.");

    /// <summary>dx = dy · 2/n · (x − target); the target has none: it is data.</summary>
    public override Value? Differentiate(GraphBuilder graph, Node node, Value gradient, int input) =>
        input == 0
            ? graph.Apply($"d {node.Inputs[0].Name}", new MeanSquaredErrorGradient(), node.Inputs[0], node.Inputs[1], gradient)
            : null;

    /// <summary>ẏ = Σ ẋ · 2/n · (x − target).</summary>
    public override Value? Tangent(GraphBuilder graph, Node node, ImmutableArray<Value?> tangents) =>
        Tangents.OfLoss(graph, node, tangents[0]!, new MeanSquaredErrorGradient());
}
