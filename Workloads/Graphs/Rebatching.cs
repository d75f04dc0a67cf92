using NpuSim.Workloads.Graphs.Ops;

namespace NpuSim.Workloads.Graphs;

/// <summary>
/// The same network for fewer samples at once: inputs get the new number of rows, and shapes that operations state themselves
/// follow. Values and nodes keep their numbers, names and order.
/// </summary>
public sealed class Rebatching
{
    private readonly GraphBuilder builder = new();
    private readonly Dictionary<Value, Value> map = [];
    private readonly Dictionary<Value, long> outer = []; // per old value that has samples: elements of each sample's outer axes
    private readonly int from, to;

    private Rebatching(int from, int to) => (this.from, this.to) = (from, to);

    /// <summary>The network for another number of samples.</summary>
    /// <param name="graph">A forward graph; the first axis of every input is that of the samples.</param>
    /// <param name="samples">The new number; at least 1.</param>
    /// <exception cref="GraphException">An operation mixes samples: it is named.</exception>
    public static Graph Of(Graph graph, int samples)
    {
        int batch = graph.Inputs.First().Shape[0];
        return batch == samples ? graph : new Rebatching(batch, samples).Run(graph);
    }

    private Graph Run(Graph graph)
    {
        Dictionary<Value, Node> makers = graph.Nodes.ToDictionary(n => n.Output);
        foreach (Value value in graph.Values)
        {
            switch (value.Kind)
            {
                case ValueKind.Input:
                    map[value] = builder.Input(value.Name, [to, .. value.Shape[1..]]);
                    outer[value] = 1;
                    break;
                case ValueKind.Parameter:
                    map[value] = builder.Parameter(value.Name, value.Shape, value.CopyOf);
                    break;
                default:
                    Copy(makers[value]);
                    break;
            }
        }

        foreach ((string name, Value value) in graph.Outputs)
            builder.Output(name, map[value]);
        return builder.Build();
    }

    private void Copy(Node node)
    {
        Value result = node.Output;
        if (node.Op is BatchMean or BatchVariance)
            throw new GraphException($"'{result.Name}' ({node.Op.Name}) takes all samples of a step together.");
        Value copy = map[result] = builder.Apply(result.Name, Resized(node), [.. node.Inputs.Select(i => map[i])]);
        if (copy.Shape == result.Shape)
            return;
        int axis = AxisOf(result.Shape, copy.Shape);
        if (axis < 0)
            throw new GraphException($"'{result.Name}' ({node.Op.Name}): samples lie on no one axis of {result.Shape}.");
        outer[result] = node.Op is Reshape ? outer[node.Inputs[0]] : Before(result.Shape, axis) * Inside(node);
    }

    // Elements that lie before a sample on the very axis of the samples, as a reshape may put them there.
    private long Inside(Node node) => node.Inputs.Where(outer.ContainsKey)
        .Select(i => outer[i] / Before(i.Shape, AxisOf(i.Shape, map[i].Shape))).DefaultIfEmpty(1).Max();

    private Op Resized(Node node) => node.Op switch
    {
        Reshape reshape when outer.TryGetValue(node.Inputs[0], out long before) =>
            new Reshape(Resized(reshape.Target, Within(reshape.Target, before), node)),
        Broadcast broadcast => new Broadcast(Resized(broadcast.Target, AxisOf(node, broadcast.Target), node)),
        SumTo sum => new SumTo(Resized(sum.Target, AxisOf(node, sum.Target), node)),
        Fill fill => fill with { Target = Resized(fill.Target, fill.Target[0] == from ? 0 : -1, node) },
        var other => other,
    };

    // The axis of a target, aligned at the innermost, on which the operand has its samples; else the first, where it is as long
    // as the batch; −1: none.
    private int AxisOf(Node node, Shape target)
    {
        Value operand = node.Inputs[0];
        if (!outer.ContainsKey(operand))
            return target[0] == from ? 0 : -1;
        int axis = AxisOf(operand.Shape, map[operand].Shape) + target.Rank - operand.Shape.Rank;
        return axis >= 0 && target[axis] != 1 ? axis : -1;
    }

    // The axis of a reshaped tensor that holds all samples, so many elements of outer axes before them.
    private int Within(Shape target, long before)
    {
        long passed = 1;
        for (int axis = 0; axis < target.Rank; axis++)
        {
            if (before % passed == 0 && target[axis] % (before / passed * from) == 0)
                return axis;
            passed *= target[axis];
        }

        return -1;
    }

    private Shape Resized(Shape shape, int axis, Node node)
    {
        if (axis < 0)
        {
            return node.Op is Reshape
                ? throw new GraphException($"'{node.Output.Name}' (reshape): samples lie on no one axis of {shape}.") : shape;
        }

        return [.. shape.Take(axis), checked((int)((long)shape[axis] * to / from)), .. shape.Skip(axis + 1)];
    }

    private static long Before(Shape shape, int axis) => axis == 0 ? 1 : shape[..axis].Count;

    // The only axis on which they differ; −1: there are several.
    private static int AxisOf(Shape old, Shape resized)
    {
        int[] axes = [.. Enumerable.Range(0, old.Rank).Where(a => old[a] != resized[a])];
        return axes is [var one] ? one : -1;
    }
}
