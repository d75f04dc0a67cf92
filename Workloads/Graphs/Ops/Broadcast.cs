using System.Collections.Immutable;

namespace NpuSim.Workloads.Graphs.Ops;

/// <summary>Repeats the operand along the axes where its extent is 1 or missing. Shapes are aligned at the innermost axis.</summary>
/// <param name="Target">Shape of the result.</param>
public sealed record Broadcast(Shape Target) : Op
{
    /// <inheritdoc/>
    public override string Name => "broadcast";

    /// <inheritdoc/>
    public override Shape Infer(ImmutableArray<Shape> inputs)
    {
        new SumTo(inputs[0]).Infer([Target]);
        return Target;
    }

    /// <summary>dx = dy summed over the repeated axes.</summary>
    public override Value? Differentiate(GraphBuilder graph, Node node, Value gradient, int input) =>
        graph.Apply($"d {node.Inputs[0].Name}", new SumTo(node.Inputs[0].Shape), gradient);
}
