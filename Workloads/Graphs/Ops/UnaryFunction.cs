using System.Collections.Immutable;

namespace NpuSim.Workloads.Graphs.Ops;

/// <summary>
/// A function of each element alone, y = f(x). Operand and result of any shape. A new one is a file with its name, f and f′, and
/// an entry in <see cref="UnaryFunctions"/>: derivatives, float and integer execution, price and ONNX's operators follow.
/// </summary>
public abstract record UnaryFunction : Op
{
    /// <inheritdoc/>
    public sealed override bool InPlace => true;

    /// <summary>True where a table of 8-bit or 16-bit numbers gives f within its rounding: f is finite and has no jump.</summary>
    public virtual bool HasTable => true;

    /// <summary>True where f is nowhere below 0.</summary>
    public virtual bool IsNonNegative => false;

    /// <summary>f(x). Integer tables hold these values; so do floats, rounded to their format.</summary>
    public abstract double Of(double x);

    /// <summary>f′(x); at a corner that of the side of greater x, at the ends of a held range 0.</summary>
    public abstract double Slope(double x);

    /// <summary>The operators by which ONNX writes it and that need nothing but numbers for attributes.</summary>
    internal virtual ImmutableArray<FunctionOperator> Operators => [];

    /// <inheritdoc/>
    public sealed override Shape Infer(ImmutableArray<Shape> inputs) => inputs[0];

    /// <summary>dx = dy · f′(x).</summary>
    public sealed override Value? Differentiate(GraphBuilder graph, Node node, Value gradient, int input) =>
        graph.Apply($"d {node.Inputs[0].Name}", new UnaryGradient(this), gradient, node.Inputs[0]);

    /// <summary>ẏ = ẋ · f′(x).</summary>
    public sealed override Value? Tangent(GraphBuilder graph, Node node, ImmutableArray<Value?> tangents) =>
        graph.Apply(Tangents.Name(node), new UnaryGradient(this), tangents[0]!, node.Inputs[0]);
}
