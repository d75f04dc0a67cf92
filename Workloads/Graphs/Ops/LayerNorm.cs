using System.Collections.Immutable;

namespace NpuSim.Workloads.Graphs.Ops;

/// <summary>
/// Normalises over the innermost axis: y = (x − mean x) / √(var x + ε) · γ + β, the variance being the mean square deviation
/// (arXiv 1607.06450). Not centred it is RMS normalisation, y = x / √(mean x² + ε) · γ + β (arXiv 1910.07467). Operands:
/// x [..., C], γ [C], optionally β [C]; result [..., C].
/// </summary>
/// <param name="Epsilon">Added to the variance; above 0.</param>
/// <param name="IsCentred">False: 0 stands for the mean.</param>
public sealed record LayerNorm(double Epsilon = 1e-5, bool IsCentred = true) : Op
{
    /// <inheritdoc/>
    public override string Name => IsCentred ? "layernorm" : "rmsnorm";

    /// <inheritdoc/>
    public override Shape Infer(ImmutableArray<Shape> inputs)
    {
        Shape x = inputs[0], channels = [x[^1]];
        return inputs[1] == channels && (inputs.Length < 3 || inputs[2] == channels)
            ? x
            : throw new GraphException($"{Name} takes x [..., C], gamma [C] and beta [C]; got {string.Join(", ", inputs)}.");
    }

    /// <summary>dx and dγ by gradient operations; dβ = Σ dy over all rows.</summary>
    public override Value? Differentiate(GraphBuilder graph, Node node, Value gradient, int input)
    {
        Value x = node.Inputs[0];
        string name = $"d {node.Inputs[input].Name}";
        return input switch
        {
            0 => graph.Apply(name, new LayerNormGradient(Epsilon, IsCentred), gradient, x, node.Inputs[1]),
            1 => graph.Apply(name, new LayerNormScaleGradient(Epsilon, IsCentred), gradient, x),
            _ => graph.Apply(name, new SumTo(node.Inputs[2].Shape), gradient),
        };
    }

    /// <summary>
    /// ẏ = γ · (ẋ − mean ẋ − x̂ · mean(ẋ · x̂)) / √(var x + ε) + γ̇ · x̂ + β̇, without mean ẋ where it is not centred: without γ
    /// the Jacobian is symmetric, and in γ and β the operation is linear.
    /// </summary>
    public override Value? Tangent(GraphBuilder graph, Node node, ImmutableArray<Value?> tangents)
    {
        Value x = node.Inputs[0], gamma = node.Inputs[1];
        string name = Tangents.Name(node);
        Value? byX = null;
        if (tangents[0] is { } dx)
        {
            Value ones = graph.Apply($"ones for {gamma.Name}", new Fill(gamma.Shape, 1));
            byX = graph.Apply(name, new Mul(), graph.Apply(name, new LayerNormGradient(Epsilon, IsCentred), dx, x, ones), gamma);
        }

        return Tangents.Sum(graph, node, byX, Tangents.Affine(graph, node, tangents));
    }
}
