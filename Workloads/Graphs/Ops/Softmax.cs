using System.Collections.Immutable;

namespace NpuSim.Workloads.Graphs.Ops;

/// <summary>Over the innermost axis: exp(xᵢ − max x) / Σ exp(xⱼ − max x). Operand and result of any shape.</summary>
/// <param name="IsCausal">
/// True: x is [..., S, S], row t takes part with its first t + 1 elements, and the others of the result are 0: no token attends
/// to later ones.
/// </param>
public sealed record Softmax(bool IsCausal = false) : Op
{
    /// <inheritdoc/>
    public override string Name => IsCausal ? "causal-softmax" : "softmax";

    /// <inheritdoc/>
    public override bool InPlace => true;

    /// <inheritdoc/>
    public override Shape Infer(ImmutableArray<Shape> inputs) =>
        !IsCausal || (inputs[0].Rank >= 2 && inputs[0][^1] == inputs[0][^2])
            ? inputs[0] : throw new GraphException($"{Name} takes scores [..., S, S]; got {inputs[0]}.");

    /// <summary>dx from dy and the result y.</summary>
    public override Value? Differentiate(GraphBuilder graph, Node node, Value gradient, int input) =>
        graph.Apply($"d {node.Inputs[0].Name}", new SoftmaxGradient(), gradient, node.Output);

    /// <summary>ẏᵢ = yᵢ · (ẋᵢ − Σ ẋⱼ · yⱼ): the Jacobian is symmetric.</summary>
    public override Value? Tangent(GraphBuilder graph, Node node, ImmutableArray<Value?> tangents) =>
        graph.Apply(Tangents.Name(node), new SoftmaxGradient(), tangents[0]!, node.Output);
}
