using System.Collections.Immutable;

namespace NpuSim.Workloads.Graphs.Ops;

/// <summary>
/// One of two numbers, element by element: a where the condition is not 0, else b. Operands: condition, a and b, each of the
/// result's shape or broadcast onto it.
/// </summary>
/// <param name="Target">Shape of the result.</param>
public sealed record Select(Shape Target) : Op
{
    /// <inheritdoc/>
    public override string Name => "select";

    /// <inheritdoc/>
    public override Shape Infer(ImmutableArray<Shape> inputs)
    {
        foreach (Shape operand in inputs)
            Broadcast.Onto(Name, operand, Target);
        return Target;
    }

    /// <summary>da = dy where the condition is not 0, db = dy where it is, summed over repeated axes; none for the
    /// condition.</summary>
    public override Value? Differentiate(GraphBuilder graph, Node node, Value gradient, int input)
    {
        if (input == 0)
            return null;
        Value zero = graph.Apply($"zero for {node.Output.Name}", new Fill([1], 0)), operand = node.Inputs[input];
        Value part = graph.Apply($"d {operand.Name}", this,
            input == 1 ? [node.Inputs[0], gradient, zero] : [node.Inputs[0], zero, gradient]);
        return SumTo.Shaped(graph, part, operand);
    }

    /// <summary>ẏ = ȧ where the condition is not 0, else ḃ.</summary>
    public override Value? Tangent(GraphBuilder graph, Node node, ImmutableArray<Value?> tangents)
    {
        if (tangents[1] is null && tangents[2] is null)
            return null;
        Value? zero = tangents[1] is null || tangents[2] is null
            ? graph.Apply($"zero for {node.Output.Name}", new Fill([1], 0)) : null;
        return graph.Apply(Tangents.Name(node), this, node.Inputs[0], tangents[1] ?? zero!, tangents[2] ?? zero!);
    }
}
