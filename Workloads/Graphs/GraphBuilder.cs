using System.Collections.Immutable;

namespace NpuSim.Workloads.Graphs;

/// <summary>Builds a <see cref="Graph"/> one value at a time; the only mutable thing about graphs.</summary>
public sealed class GraphBuilder
{
    private readonly List<Value> values = [];
    private readonly List<Node> nodes = [];
    private readonly Dictionary<Value, Node> makers = [];
    private readonly Dictionary<string, Value> names = [];
    private readonly SortedDictionary<string, Value> outputs = new(StringComparer.Ordinal);

    /// <summary>Starts empty.</summary>
    public GraphBuilder() { }

    /// <summary>Starts from all that <paramref name="graph"/> holds.</summary>
    public GraphBuilder(Graph graph)
    {
        values.AddRange(graph.Values);
        nodes.AddRange(graph.Nodes);
        makers = graph.Nodes.ToDictionary(n => n.Output);
        names = graph.Values.ToDictionary(v => v.Name);
        foreach ((string name, Value value) in graph.Outputs)
            outputs.Add(name, value);
    }

    /// <summary>Declares a value given with each batch.</summary>
    public Value Input(string name, Shape shape) => Declare(name, shape, ValueKind.Input);

    /// <summary>Declares a parameter.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="shape">Its extents.</param>
    /// <param name="copyOf">See <see cref="Value.CopyOf"/>.</param>
    public Value Parameter(string name, Shape shape, string? copyOf = null) => Declare(name, shape, ValueKind.Parameter, copyOf);

    /// <summary>
    /// Applies an operation; the result is named <paramref name="name"/>, made unique with a number where it is taken.
    /// </summary>
    /// <exception cref="GraphException">The operands do not fit.</exception>
    public Value Apply(string name, Op op, params ImmutableArray<Value> inputs)
    {
        Shape shape = op.Infer([.. inputs.Select(i => i.Shape)]);
        Value output = Declare(Unique(name), shape, ValueKind.Result);
        nodes.Add(makers[output] = new Node(op, inputs, output));
        return output;
    }

    /// <summary>The name, with a number where it is taken.</summary>
    public string Unique(string name)
    {
        string unique = name;
        for (int n = 2; names.ContainsKey(unique); n++)
            unique = $"{name}#{n}";
        return unique;
    }

    /// <summary>True when a value has this name.</summary>
    public bool Has(string name) => names.ContainsKey(name);

    /// <summary>The node that computes a value; null for what is given.</summary>
    public Node? MakerOf(Value value) => value.Kind == ValueKind.Result ? makers[value] : null;

    /// <summary>Names a result that users ask for.</summary>
    public void Output(string name, Value value) => outputs[name] = value;

    /// <summary>The graph built so far.</summary>
    public Graph Build() => new([.. values], [.. nodes], outputs.ToImmutableSortedDictionary(StringComparer.Ordinal));

    private Value Declare(string name, Shape shape, ValueKind kind, string? copyOf = null)
    {
        Value value = new(values.Count, name, shape, kind, copyOf);
        if (!names.TryAdd(name, value))
            throw new GraphException($"two values are named '{name}'.");
        values.Add(value);
        return value;
    }
}
