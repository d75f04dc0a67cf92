using System.Collections.Immutable;

namespace NpuSim.Workloads.Graphs.Ops;

/// <summary>Rectifier: max(x, 0). Operand and result of any shape.</summary>
public sealed record Relu : Op
{
    /// <inheritdoc/>
    public override string Name => "relu";

    /// <inheritdoc/>
    public override bool InPlace => true;

    /// <inheritdoc/>
    public override Shape Infer(ImmutableArray<Shape> inputs) => inputs[0];

    /// <summary>dx = dy where y > 0; it needs the result only, which the next layer keeps anyway.</summary>
    public override Value? Differentiate(GraphBuilder graph, Node node, Value gradient, int input) =>
        graph.Apply($"d {node.Inputs[0].Name}", new ReluGradient(), gradient, node.Output);

    /// <summary>ẏ = ẋ where y &gt; 0, else 0.</summary>
    public override Value? Tangent(GraphBuilder graph, Node node, ImmutableArray<Value?> tangents) =>
        graph.Apply(Tangents.Name(node), new ReluGradient(), tangents[0]!, node.Output);
}
