using System.Collections.Immutable;

namespace NpuSim.Workloads.Graphs.Ops;

/// <summary>
/// Gaussian error linear unit: x · Φ(x) = x/2 · (1 + erf(x/√2)) (arXiv 1606.08415, the exact form). Operand and result of any
/// shape.
/// </summary>
public sealed record Gelu : Op
{
    /// <inheritdoc/>
    public override string Name => "gelu";

    /// <inheritdoc/>
    public override bool InPlace => true;

    /// <inheritdoc/>
    public override Shape Infer(ImmutableArray<Shape> inputs) => inputs[0];

    /// <summary>dx = dy · (Φ(x) + x · φ(x)).</summary>
    public override Value? Differentiate(GraphBuilder graph, Node node, Value gradient, int input) =>
        graph.Apply($"d {node.Inputs[0].Name}", new GeluGradient(), gradient, node.Inputs[0]);

    /// <summary>ẏ = ẋ · (Φ(x) + x · φ(x)).</summary>
    public override Value? Tangent(GraphBuilder graph, Node node, ImmutableArray<Value?> tangents) =>
        graph.Apply(Tangents.Name(node), new GeluGradient(), tangents[0]!, node.Inputs[0]);
}
