using System.Collections.Immutable;

namespace NpuSim.Workloads.Graphs.Ops;

/// <summary>Puts tensors one after another along an axis. Operands: one or more, equal on all other axes.</summary>
/// <param name="Axis">The axis, 0 the outermost.</param>
public sealed record Concat(int Axis) : Op
{
    /// <inheritdoc/>
    public override string Name => "concat";

    /// <inheritdoc/>
    public override Shape Infer(ImmutableArray<Shape> inputs)
    {
        Shape first = inputs[0];
        foreach (Shape x in inputs)
        {
            if ((uint)Axis >= (uint)x.Rank || x.Rank != first.Rank
                || x[..Axis] != first[..Axis] || x[(Axis + 1)..] != first[(Axis + 1)..])
                throw new GraphException(
                    $"concat along axis {Axis} takes tensors that differ there only; got {string.Join(", ", inputs)}.");
        }

        return [.. first[..Axis], inputs.Sum(x => x[Axis]), .. first[(Axis + 1)..]];
    }

    /// <summary>The gradient of an operand is its slice of dy.</summary>
    public override Value? Differentiate(GraphBuilder graph, Node node, Value gradient, int input)
    {
        int start = node.Inputs.Take(input).Sum(x => x.Shape[Axis]);
        Value operand = node.Inputs[input];
        return graph.Apply($"d {operand.Name}", new Slice(Axis, start, operand.Shape[Axis]), gradient);
    }

    /// <summary>ẏ = the operands' tangents one after another, zeros where an operand has none.</summary>
    public override Value? Tangent(GraphBuilder graph, Node node, ImmutableArray<Value?> tangents) =>
        graph.Apply(Tangents.Name(node), this,
            [.. tangents.Select((t, i) => t
                ?? graph.Apply($"zeros for {node.Inputs[i].Name}", new Fill(node.Inputs[i].Shape, 0)))]);
}
