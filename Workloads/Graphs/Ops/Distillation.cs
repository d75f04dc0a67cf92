using System.Collections.Immutable;

namespace NpuSim.Workloads.Graphs.Ops;

/// <summary>
/// Mean loss of a batch that learns from labels and from a teacher (Hinton et al. 2015, arXiv 1503.02531):
/// share · T² · KL(softmax(teacher / T) ‖ softmax(logits / T)) + (1 − share) · cross-entropy(logits, labels). T² keeps the size
/// of the teacher's gradients whatever T. Operands: logits [B, C], labels [B] with whole numbers 0…C−1, the teacher's logits [B,
/// C]; result [1].
/// </summary>
/// <param name="Temperature">T, above 0: the greater, the more the teacher's small probabilities count.</param>
/// <param name="Share">Share of the teacher, 0..1.</param>
public sealed record Distillation(double Temperature, double Share) : Op
{
    /// <inheritdoc/>
    public override string Name => "distillation";

    /// <inheritdoc/>
    public override bool IsLoss => true;

    /// <inheritdoc/>
    public override Shape Infer(ImmutableArray<Shape> inputs) =>
        inputs[0].Rank == 2 && inputs[1] == [inputs[0][0]] && inputs[2] == inputs[0]
            ? [1]
            : throw new GraphException(
                $"{Name} takes logits [B, C], labels [B] and a teacher's logits [B, C]; got {inputs[0]}, {inputs[1]} and "
                    + $"{inputs[2]}.");

    /// <summary>
    /// d logits = dy / B · (share · T · (softmax(logits / T) − softmax(teacher / T)) + (1 − share) · (softmax(logits) −
    /// one-hot(labels))); labels and teacher have none: they are data.
    /// </summary>
    public override Value? Differentiate(GraphBuilder graph, Node node, Value gradient, int input) =>
        input == 0
            ? graph.Apply($"d {node.Inputs[0].Name}", new DistillationGradient(this), node.Inputs[0], node.Inputs[1],
                node.Inputs[2], gradient)
            : null;

    /// <summary>ẏ = Σ ẋ · d logits of <see cref="Differentiate"/> with dy = 1.</summary>
    public override Value? Tangent(GraphBuilder graph, Node node, ImmutableArray<Value?> tangents) =>
        Tangents.OfLoss(graph, node, tangents[0]!, new DistillationGradient(this));
}
