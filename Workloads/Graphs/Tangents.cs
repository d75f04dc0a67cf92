using System.Collections.Immutable;
using NpuSim.Workloads.Graphs.Ops;

namespace NpuSim.Workloads.Graphs;

/// <summary>A graph of pairs: every value that moves with the trained parameters, and its tangent.</summary>
/// <param name="Graph">The forward graph, each node followed by those of its tangent, with the output "tangent of LOSS".</param>
/// <param name="Directions">Each trained parameter and the parameter that holds its tangent, the direction of the
/// derivative.</param>
/// <param name="Added">How many values, the last of the graph, are not of the forward graph.</param>
public sealed record TangentGraph(Graph Graph, ImmutableArray<(Value Parameter, Value Tangent)> Directions, int Added);

/// <summary>
/// Forward-mode differentiation: the Jacobian-vector product J·z as more nodes of an ordinary graph. Source: Baydin et al.,
/// "Automatic differentiation in machine learning: a survey", section 3.1 (arXiv 1502.05767); as a gradient estimate: "Gradients
/// without backpropagation" (arXiv 2202.08587).
/// </summary>
public static class Tangents
{
    /// <summary>Name of the output that holds the directional derivative of an output, and of what holds a parameter's
    /// tangent.</summary>
    public static string OutputName(string output) => $"tangent of {output}";

    /// <summary>The graph extended by the derivative of one output along a direction in the space of some parameters.</summary>
    /// <param name="graph">The forward graph.</param>
    /// <param name="output">Name of an output, as "loss".</param>
    /// <param name="trainable">Names of the parameters that the direction spans.</param>
    /// <exception cref="GraphException">An operation has no forward derivative, or the output does not move with the
    /// parameters.</exception>
    public static TangentGraph Build(Graph graph, string output, IReadOnlySet<string> trainable)
    {
        GraphBuilder builder = new(graph);
        ImmutableArray<(Value Parameter, Value Tangent)> directions =
            [.. graph.Parameters.Where(p => trainable.Contains(p.Name))
                .Select(p => (p, builder.Parameter(OutputName(p.Name), p.Shape)))];
        Dictionary<Value, Value> tangents = directions.ToDictionary(d => d.Parameter, d => d.Tangent);
        HashSet<Value> needed = [graph.Outputs[output]];
        foreach (Node node in graph.Nodes.Reverse().Where(n => needed.Contains(n.Output)))
            needed.UnionWith(node.Inputs);
        List<Node> pairs = [];
        int done = graph.Nodes.Length;
        foreach (Node node in graph.Nodes)
        {
            pairs.Add(node);
            ImmutableArray<Value?> operands = [.. node.Inputs.Select(tangents.GetValueOrDefault)];
            if (operands.All(t => t is null) || !needed.Contains(node.Output))
                continue;
            if (node.Op.Tangent(builder, node, operands) is { } tangent)
                tangents[node.Output] = tangent;
            ImmutableArray<Node> all = builder.Build().Nodes;
            pairs.AddRange(all[done..]);
            done = all.Length;
        }

        builder.Output(OutputName(output), tangents.TryGetValue(graph.Outputs[output], out Value? derivative)
            ? derivative
            : throw new GraphException(
                $"'{output}' does not depend on {string.Join(", ", trainable.Order(StringComparer.Ordinal))}."));
        Graph whole = builder.Build();
        return new TangentGraph(whole with { Nodes = [.. pairs] }, directions, whole.Values.Length - graph.Values.Length);
    }

    internal static string Name(Node node) => OutputName(node.Output.Name);

    // Of an operation that is linear in its only operand.
    internal static Value Same(GraphBuilder graph, Node node, Value tangent) => graph.Apply(Name(node), node.Op, tangent);

    internal static Value? Sum(GraphBuilder graph, Node node, Value? a, Value? b) =>
        a is null ? b : b is null ? a : graph.Apply(Name(node), new Add(), a, b);

    // A tangent that was broadcast on its way into the result.
    internal static Value Onto(GraphBuilder graph, Node node, Value tangent) =>
        tangent.Shape == node.Output.Shape ? tangent : graph.Apply(Name(node), new Broadcast(node.Output.Shape), tangent);

    internal static Value? Bilinear(GraphBuilder graph, Node node, ImmutableArray<Value?> tangents) => Sum(
        graph, node,
        tangents[0] is { } a ? graph.Apply(Name(node), node.Op, a, node.Inputs[1]) : null,
        tangents[1] is { } b ? graph.Apply(Name(node), node.Op, node.Inputs[0], b) : null);

    // x, w and b of a linear layer or a convolution; ḃ joins the first product there is, as b does.
    internal static Value? Layer(GraphBuilder graph, Node node, ImmutableArray<Value?> tangents)
    {
        Value? bias = tangents.Length > 2 ? tangents[2] : null, sum = null;
        foreach ((Value? x, Value? w) in new[] { (tangents[0], (Value?)node.Inputs[1]), (node.Inputs[0], tangents[1]) })
        {
            if (x is null || w is null)
                continue;
            sum = Sum(graph, node, sum, graph.Apply(Name(node), node.Op, bias is null ? [x, w] : [x, w, bias]));
            bias = null;
        }

        return sum ?? Onto(graph, node, bias!);
    }

    // γ̇ and β̇ of a normalisation, which is linear in them.
    internal static Value? Affine(GraphBuilder graph, Node node, ImmutableArray<Value?> tangents)
    {
        Value? moved = tangents.Length > 2 ? tangents[2] : null;
        if (tangents[1] is not { } gain)
            return moved is null ? null : Onto(graph, node, moved);
        if (node.Inputs.Length < 3)
            return graph.Apply(Name(node), node.Op, node.Inputs[0], gain);
        Value shift = moved ?? graph.Apply($"zeros for {node.Inputs[2].Name}", new Fill(node.Inputs[2].Shape, 0));
        return graph.Apply(Name(node), node.Op, [node.Inputs[0], gain, shift, .. node.Inputs[3..]]);
    }

    // Σ of ẋ times the loss's own gradient.
    internal static Value OfLoss(GraphBuilder graph, Node node, Value tangent, Op gradient)
    {
        Value one = graph.Apply($"one for {node.Output.Name}", new Fill(node.Output.Shape, 1));
        Value slope = graph.Apply($"slope of {node.Output.Name}", gradient, [.. node.Inputs, one]);
        return graph.Apply(Name(node), new SumTo(node.Output.Shape), graph.Apply(Name(node), new Mul(), slope, tangent));
    }
}
