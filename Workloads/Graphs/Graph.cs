using System.Collections.Immutable;

namespace NpuSim.Workloads.Graphs;

/// <summary>Where a value comes from.</summary>
public enum ValueKind
{
    /// <summary>Given with each batch (images, labels).</summary>
    Input,

    /// <summary>Part of the network: a weight, a bias, a fixed table.</summary>
    Parameter,

    /// <summary>Computed by a node.</summary>
    Result,
}

/// <summary>One tensor of a graph. Compared by reference.</summary>
public sealed class Value
{
    internal Value(int id, string name, Shape shape, ValueKind kind, string? copyOf = null) =>
        (Id, Name, Shape, Kind, CopyOf) = (id, name, shape, kind, copyOf);

    /// <summary>Index in <see cref="Graph.Values"/>.</summary>
    public int Id { get; }

    /// <summary>Unique in the graph; parameters keep it in weight files ("conv1.weight").</summary>
    public string Name { get; }

    /// <summary>Its extents.</summary>
    public Shape Shape { get; }

    /// <summary>Where it comes from.</summary>
    public ValueKind Kind { get; }

    /// <summary>
    /// Of a parameter that holds another one's numbers in a form that one tensor cannot serve (another scale, another sign,
    /// scaled by a normalisation of its own): the other's name. Neither may train, for they would drift apart. Null: its numbers
    /// are its own.
    /// </summary>
    public string? CopyOf { get; }

    // A part of a parameter under the same name; no value of a graph.
    internal Value Narrowed(Shape shape) => new(Id, Name, shape, Kind, CopyOf);

    /// <summary>As "conv1.weight 16×3×3×1".</summary>
    public override string ToString() => $"{Name} {Shape}";
}

/// <summary>One application of an operation. Every operation has one result.</summary>
/// <param name="Op">The operation.</param>
/// <param name="Inputs">Its operands in the operation's order.</param>
/// <param name="Output">Its result.</param>
public sealed record Node(Op Op, ImmutableArray<Value> Inputs, Value Output)
{
    /// <summary>Shapes of the operands.</summary>
    public ImmutableArray<Shape> InputShapes => [.. Inputs.Select(i => i.Shape)];

    /// <summary>Multiply-accumulates of this node.</summary>
    public long Macs => Op.Macs(InputShapes);
}

/// <summary>
/// A network as mathematics: values and the nodes that compute them, in an order in which they can run. Immutable.
/// </summary>
/// <param name="Values">Every value; <see cref="Value.Id"/> is its index.</param>
/// <param name="Nodes">Every node, operands before results.</param>
/// <param name="Outputs">Named results that a user asks for: "logits", "loss", gradients as "gradient of NAME".</param>
public sealed record Graph(
    ImmutableArray<Value> Values, ImmutableArray<Node> Nodes, ImmutableSortedDictionary<string, Value> Outputs)
{
    /// <summary>The parameters in order of creation.</summary>
    public IEnumerable<Value> Parameters => Values.Where(v => v.Kind == ValueKind.Parameter);

    /// <summary>The inputs in order of creation.</summary>
    public IEnumerable<Value> Inputs => Values.Where(v => v.Kind == ValueKind.Input);

    /// <summary>Inputs that hold indices of tables, whole numbers of 32 bits.</summary>
    public IReadOnlySet<Value> Indices => Nodes.Where(n => n.Op is Ops.Lookup).Select(n => n.Inputs[0]).ToHashSet();

    /// <summary>Multiply-accumulates of the whole graph.</summary>
    public long Macs => Nodes.Sum(n => n.Macs);

    /// <summary>Number of parameters.</summary>
    public long ParameterCount => Parameters.Sum(p => p.Shape.Count);
}
