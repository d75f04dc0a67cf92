using System.Collections.Immutable;

namespace NpuSim.Workloads.Graphs.Ops;

/// <summary>
/// Mean loss of a batch: −(1/B) Σ log softmax(logits)[label]. Operands: logits [B, C], labels [B] with whole numbers 0…C−1;
/// result [1].
/// </summary>
public sealed record CrossEntropy : Op
{
    /// <inheritdoc/>
    public override string Name => "cross-entropy";

    /// <inheritdoc/>
    public override bool IsLoss => true;

    /// <inheritdoc/>
    public override Shape Infer(ImmutableArray<Shape> inputs) =>
        inputs[0].Rank == 2 && inputs[1] == [inputs[0][0]]
            ? [1]
            : throw new GraphException($"cross-entropy takes logits [B, C] and labels [B]; got {inputs[0]} and {inputs[1]}.");

    /// <summary>d logits = dy / B · (softmax(logits) − one-hot(labels)); labels have none.</summary>
    public override Value? Differentiate(GraphBuilder graph, Node node, Value gradient, int input) =>
        input == 0
            ? graph.Apply($"d {node.Inputs[0].Name}", new CrossEntropyGradient(), node.Inputs[0], node.Inputs[1], gradient)
            : null;

    /// <summary>ẏ = Σ ẋ · (softmax(logits) − one-hot(labels)) / B.</summary>
    public override Value? Tangent(GraphBuilder graph, Node node, ImmutableArray<Value?> tangents) =>
        Tangents.OfLoss(graph, node, tangents[0]!, new CrossEntropyGradient());
}
