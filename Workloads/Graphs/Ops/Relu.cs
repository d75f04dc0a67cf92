using System.Collections.Immutable;

namespace NpuSim.Workloads.Graphs.Ops;

/// <summary>Rectifier: max(x, 0), and at most <paramref name="Ceiling"/>. Operand and result of any shape.</summary>
/// <param name="Ceiling">Greatest result, above 0: 6 for a ReLU6; +∞: none.</param>
public sealed record Relu(double Ceiling = double.PositiveInfinity) : Op
{
    /// <inheritdoc/>
    public override string Name => "relu";

    /// <inheritdoc/>
    public override bool InPlace => true;

    /// <inheritdoc/>
    public override Shape Infer(ImmutableArray<Shape> inputs) => inputs[0];

    /// <summary>dx = dy where 0 &lt; y &lt; ceiling; it needs the result only, which the next layer keeps anyway.</summary>
    public override Value? Differentiate(GraphBuilder graph, Node node, Value gradient, int input) =>
        graph.Apply($"d {node.Inputs[0].Name}", new ReluGradient(Ceiling), gradient, node.Output);

    /// <summary>ẏ = ẋ where 0 &lt; y &lt; ceiling, else 0.</summary>
    public override Value? Tangent(GraphBuilder graph, Node node, ImmutableArray<Value?> tangents) =>
        graph.Apply(Tangents.Name(node), new ReluGradient(Ceiling), tangents[0]!, node.Output);
}
