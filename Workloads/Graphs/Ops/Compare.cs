using System.Collections.Immutable;

namespace NpuSim.Workloads.Graphs.Ops;

/// <summary>
/// 1 where a comparison holds, else 0; where a number is none it does not. Operands: a, and b of the same shape or broadcast onto
/// it; result of a's shape.
/// </summary>
/// <param name="Kind">The comparison.</param>
public sealed record Compare(Comparison Kind) : Op
{
    /// <inheritdoc/>
    public override string Name => "compare";

    /// <inheritdoc/>
    public override bool InPlace => true;

    /// <inheritdoc/>
    public override Shape Infer(ImmutableArray<Shape> inputs) => Broadcast.Onto(Name, inputs[1], inputs[0]);

    /// <summary>None: the result has steps only.</summary>
    public override Value? Differentiate(GraphBuilder graph, Node node, Value gradient, int input) => null;

    /// <summary>None: the result has steps only.</summary>
    public override Value? Tangent(GraphBuilder graph, Node node, ImmutableArray<Value?> tangents) => null;
}
