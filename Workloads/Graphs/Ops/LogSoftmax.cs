using System.Collections.Immutable;

namespace NpuSim.Workloads.Graphs.Ops;

/// <summary>Over the innermost axis: xᵢ − max x − ln Σ exp(xⱼ − max x). Operand and result of any shape.</summary>
public sealed record LogSoftmax : Op
{
    /// <inheritdoc/>
    public override string Name => "log-softmax";

    /// <inheritdoc/>
    public override bool InPlace => true;

    /// <inheritdoc/>
    public override Shape Infer(ImmutableArray<Shape> inputs) => inputs[0];

    /// <summary>dx = dy − softmax(x) · Σ dy.</summary>
    public override Value? Differentiate(GraphBuilder graph, Node node, Value gradient, int input) =>
        Less(graph, $"d {node.Inputs[0].Name}", gradient, Weights(graph, node), gradient);

    /// <summary>ẏ = ẋ − Σ softmax(x) · ẋ.</summary>
    public override Value? Tangent(GraphBuilder graph, Node node, ImmutableArray<Value?> tangents)
    {
        string name = Tangents.Name(node);
        Value weighted = graph.Apply(name, new Mul(), tangents[0]!, Weights(graph, node));
        Value ones = graph.Apply($"ones for {node.Output.Name}", new Fill(node.Output.Shape, 1));
        return Less(graph, name, tangents[0]!, ones, weighted);
    }

    private static Value Weights(GraphBuilder graph, Node node) =>
        graph.Apply($"softmax for {node.Output.Name}", new Softmax(), node.Inputs[0]);

    // a − b · Σ c over the innermost axis.
    private static Value Less(GraphBuilder graph, string name, Value a, Value b, Value c)
    {
        Value sum = graph.Apply(name, new SumTo([.. c.Shape[..^1], 1]), c);
        Value product = graph.Apply(name, new Mul(), b, sum);
        return graph.Apply(name, new Add(), a, graph.Apply(name, new Scale(-1), product));
    }
}
