using System.Collections.Immutable;

namespace NpuSim.Workloads.Graphs.Ops;

/// <summary>
/// Normalises each channel: y = (x − mean) / √(variance + ε) · γ + β (arXiv 1502.03167). Operands: x [..., C], γ [C], β [C], then
/// the running mean [C] and variance [C]; with batch statistics those two are computed from x over all other axes and not given.
/// Result [..., C].
/// </summary>
/// <param name="Epsilon">Added to the variance; above 0.</param>
/// <param name="BatchStatistics">
/// True: the form of training; false: the form of inference, which folds into the layer before.
/// </param>
public sealed record BatchNorm(double Epsilon = 1e-5, bool BatchStatistics = false) : Op
{
    /// <inheritdoc/>
    public override string Name => "batchnorm";

    /// <inheritdoc/>
    public override bool InPlace => !BatchStatistics;

    /// <inheritdoc/>
    public override Shape Infer(ImmutableArray<Shape> inputs)
    {
        Shape x = inputs[0], channels = [x[^1]];
        return inputs.Length == (BatchStatistics ? 3 : 5) && inputs.Skip(1).All(i => i == channels)
            ? x
            : throw new GraphException(
                $"batchnorm takes x [..., C], gamma [C], beta [C]{(BatchStatistics ? "" : ", mean [C], variance [C]")}; "
                + $"got {string.Join(", ", inputs)}.");
    }

    /// <summary>
    /// dx and dγ by gradient operations; dβ = Σ dy over all other axes; the running statistics are measured, not trained.
    /// </summary>
    public override Value? Differentiate(GraphBuilder graph, Node node, Value gradient, int input)
    {
        Value x = node.Inputs[0], gamma = node.Inputs[1];
        string name = $"d {node.Inputs[input].Name}";
        return (input, BatchStatistics) switch
        {
            (0, true) => graph.Apply(name, new BatchStatisticsGradient(Epsilon), gradient, x, gamma),
            (0, false) => graph.Apply(name, new BatchNormGradient(Epsilon), gradient, gamma, node.Inputs[4]),
            (1, true) => graph.Apply(name, new BatchNormScaleGradient(Epsilon), gradient, x),
            (1, false) => graph.Apply(name, new BatchNormScaleGradient(Epsilon), gradient, x, node.Inputs[3], node.Inputs[4]),
            (2, _) => graph.Apply(name, new SumTo(node.Inputs[2].Shape), gradient),
            _ => null,
        };
    }

    /// <summary>
    /// As the gradient with respect to x, whose Jacobian is symmetric, plus γ̇ · x̂ + β̇; the running statistics do not move.
    /// </summary>
    public override Value? Tangent(GraphBuilder graph, Node node, ImmutableArray<Value?> tangents)
    {
        if (tangents.Skip(3).Any(t => t is not null))
            throw new GraphException($"{Name} has no forward derivative with respect to its statistics.");
        Value x = node.Inputs[0], gamma = node.Inputs[1];
        Value? byX = tangents[0] is not { } dx ? null
            : BatchStatistics ? graph.Apply(Tangents.Name(node), new BatchStatisticsGradient(Epsilon), dx, x, gamma)
            : graph.Apply(Tangents.Name(node), new BatchNormGradient(Epsilon), dx, gamma, node.Inputs[4]);
        return Tangents.Sum(graph, node, byX, Tangents.Affine(graph, node, tangents));
    }
}
