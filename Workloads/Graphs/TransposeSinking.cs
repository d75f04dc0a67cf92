using System.Collections.Immutable;
using NpuSim.Workloads.Graphs.Ops;

namespace NpuSim.Workloads.Graphs;

/// <summary>Copies a graph with every transpose put off until something needs it (see <see cref="TransposeFolding"/>).</summary>
internal sealed class TransposeSinking
{
    private readonly Graph graph;
    private readonly GraphBuilder builder = new();
    private readonly Dictionary<Value, Put> puts = [];
    private readonly Dictionary<Value, Value> done = []; // old values whose transposes were done
    private readonly Dictionary<string, int[]> orders = new(StringComparer.Ordinal);
    private readonly Dictionary<Value, Node> makers;
    private readonly ILookup<Value, Node> readers;
    private readonly HashSet<Value> outputs;

    // What stands for an old value: another one, to be transposed and then seen under the old value's shape.
    private sealed record Put(Value Value, ImmutableArray<int> Axes)
    {
        public bool IsDone => AxisOrder.IsIdentity(Axes);
    }

    public TransposeSinking(Graph graph)
    {
        this.graph = graph;
        makers = graph.Nodes.ToDictionary(n => n.Output);
        readers = graph.Nodes.SelectMany(n => n.Inputs.Select(i => (i, n))).ToLookup(p => p.i, p => p.n);
        outputs = [.. graph.Outputs.Values];
    }

    /// <summary>Which element of the old values each element of a parameter's new ones is, for those that changed.</summary>
    public IReadOnlyDictionary<string, int[]> Orders => orders;

    /// <summary>The new graph.</summary>
    public Graph Run()
    {
        HashSet<Value> turned = [.. graph.Nodes.SelectMany(Turned)];
        foreach (Value value in graph.Values)
        {
            if (value.Kind == ValueKind.Input)
                puts[value] = As(builder.Input(value.Name, value.Shape));
            else if (value.Kind == ValueKind.Parameter && !turned.Contains(value))
                puts[value] = As(builder.Parameter(value.Name, value.Shape, value.CopyOf));
            else if (value.Kind == ValueKind.Result)
                puts[value] = Sink(makers[value]);
        }

        foreach ((string name, Value value) in graph.Outputs)
            builder.Output(name, Whole(value));
        return builder.Build();
    }

    // Parameters that are declared when the one layer that reads them is reached, perhaps in another order.
    private IEnumerable<Value> Turned(Node node) =>
        node.Op is Add or Mul or Linear && node.Inputs[1] is { Kind: ValueKind.Parameter, CopyOf: null } own
            && readers[own].Count() == 1
            && !outputs.Contains(own) && graph.Parameters.All(other => other.CopyOf != own.Name) ? [own] : [];

    private static Put As(Value value) => new(value, AxisOrder.Identity(value.Shape.Rank));

    private Put Sink(Node node)
    {
        string name = node.Output.Name;
        if (node.Inputs.IsEmpty)
            return As(builder.Apply(name, node.Op));
        Value first = node.Inputs[0];
        Put x = Known(first);
        bool sameRank = x.Value.Shape.Rank == first.Shape.Rank && AxisOrder.Of(x.Value.Shape, x.Axes) == first.Shape;
        switch (node.Op)
        {
            case Transpose transpose when sameRank:
                ImmutableArray<int> axes = x.Axes.Then(transpose.Permutation);
                return AxisOrder.KeepsElements(x.Value.Shape, axes) && !AxisOrder.IsIdentity(axes)
                    ? As(builder.Apply(name, new Reshape(node.Output.Shape), x.Value)) : x with { Axes = axes };
            case Relu or UnaryFunction when !x.IsDone:
                return x with { Value = builder.Apply(name, node.Op, x.Value) };
            case Softmax { IsCausal: false } or LogSoftmax when sameRank && !x.IsDone && x.Axes[^1] == x.Axes.Length - 1:
                return x with { Value = builder.Apply(name, node.Op, x.Value) };
            case LayerNorm or BatchNorm when sameRank && !x.IsDone && x.Axes[^1] == x.Axes.Length - 1:
                return x with { Value = builder.Apply(name, node.Op, [x.Value, .. node.Inputs.Skip(1).Select(Whole)]) };
            case Slice slice when sameRank && !x.IsDone:
                return x with { Value = builder.Apply(name, slice with { Axis = x.Axes[slice.Axis] }, x.Value) };
            case Resample resample when sameRank && !x.IsDone:
                return x with { Value = builder.Apply(name, resample with { Axis = x.Axes[resample.Axis] }, x.Value) };
            case Pad pad when sameRank && !x.IsDone:
                return x with { Value = builder.Apply(name, pad with { Axis = x.Axes[pad.Axis] }, x.Value) };
            case Concat concat when sameRank && !x.IsDone && node.Inputs.All(i => IsLike(i, x)):
                return x with
                {
                    Value = builder.Apply(name, new Concat(x.Axes[concat.Axis]),
                    [.. node.Inputs.Select(i => puts[i].Value)])
                };
            case Add or Mul when sameRank && !x.IsDone && Beside(node.Inputs[1], x) is { } other:
                return x with { Value = builder.Apply(name, node.Op, x.Value, other) };
            case Reshape reshape when !x.IsDone:
                return Viewed(name, reshape, x);
            case Linear when !x.IsDone && Columns(node, x) is { } columns:
                Value rows = builder.Apply($"{name} rows", new Reshape(first.Shape), x.Value);
                return As(builder.Apply(name, node.Op,
                    [rows, Parameter(node.Inputs[1], node.Inputs[1].Shape, columns), .. node.Inputs.Skip(2).Select(Whole)]));
            default:
                return As(builder.Apply(name, node.Op, [.. node.Inputs.Select(Whole)]));
        }
    }

    // Parameters that were not declared before stand in the order of the file unless a layer turned them.
    private Put Known(Value value) => puts.TryGetValue(value, out Put? put)
        ? put : puts[value] = As(Parameter(value, value.Shape, null));

    private bool IsLike(Value value, Put x) =>
        puts.TryGetValue(value, out Put? put) && put.Axes.SequenceEqual(x.Axes)
            && AxisOrder.Of(put.Value.Shape, put.Axes) == value.Shape;

    private Value Parameter(Value parameter, Shape shape, int[]? order)
    {
        if (order is not null)
            orders[parameter.Name] = order;
        return builder.Parameter(parameter.Name, shape, parameter.CopyOf);
    }

    // The second operand in the axes of the first; null where that is not to be had for nothing.
    private Value? Beside(Value operand, Put x)
    {
        int rank = x.Axes.Length;
        if (operand.Kind == ValueKind.Result)
            return operand.Shape.Rank == rank && IsLike(operand, x) ? puts[operand].Value : null;
        Shape whole = [.. Enumerable.Repeat(1, rank - operand.Shape.Rank), .. operand.Shape];
        ImmutableArray<int> back = x.Axes.Inverse();
        Shape shape = AxisOrder.Of(whole, back);
        if (!Repeats(shape, x.Value.Shape))
            return null;
        if (operand.Kind == ValueKind.Parameter && !puts.ContainsKey(operand))
            return (puts[operand] = As(Parameter(operand, shape, AxisOrder.Elements(whole, back)))).Value;
        return operand.Shape.Count == 1 ? Whole(operand) : null;
    }

    // Integer kernels repeat the second operand as a whole.
    private static bool Repeats(Shape operand, Shape onto)
    {
        int outer = 0;
        while (outer < operand.Rank - 1 && operand[outer] == 1)
            outer++;
        return operand.Count == 1 || operand[outer..] == onto[outer..];
    }

    // A reshape that undoes the last one, or that sees elements that were not moved, needs no transpose before it.
    private Put Viewed(string name, Reshape reshape, Put x)
    {
        Shape before = AxisOrder.Of(x.Value.Shape, x.Axes);
        return AxisOrder.KeepsElements(x.Value.Shape, x.Axes) && reshape.Target != before
            ? As(builder.Apply(name, reshape, x.Value)) : x;
    }

    // Which column of a layer's weights goes with each feature as it lies before the transpose; null where the layer does not
    // read whole rows of samples, or others read its weights too.
    private int[]? Columns(Node layer, Put x)
    {
        Shape rows = layer.Inputs[0].Shape, weight = layer.Inputs[1].Shape;
        if (rows.Rank != 2 || x.Axes[0] != 0 || x.Value.Shape[0] != rows[0] || puts.ContainsKey(layer.Inputs[1])
            || layer.Inputs[1].Kind != ValueKind.Parameter)
            return null;
        ImmutableArray<int> axes = [.. x.Axes.Skip(1).Select(a => a - 1)];
        // Lying feature → feature that the layer knows
        int[] columns = AxisOrder.Elements(AxisOrder.Of(x.Value.Shape[1..], axes), axes.Inverse());
        return [.. Enumerable.Range(0, weight[0]).SelectMany(o => columns.Select(c => (o * weight[1]) + c))];
    }

    // An old value itself, with its transpose done.
    private Value Whole(Value value)
    {
        if (done.TryGetValue(value, out Value? known))
            return known;
        Put put = Known(value);
        Value result = put.Value;
        if (!put.IsDone)
        {
            Shape turned = AxisOrder.Of(result.Shape, put.Axes);
            result = AxisOrder.KeepsElements(result.Shape, put.Axes)
                ? builder.Apply($"{value.Name} as {value.Shape}", new Reshape(turned), result)
                : builder.Apply($"{value.Name} turned", new Transpose(put.Axes), result);
        }

        if (result.Shape != value.Shape)
            result = builder.Apply($"{value.Name} as {value.Shape}", new Reshape(value.Shape), result);
        return done[value] = result;
    }
}
