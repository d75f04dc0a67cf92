using System.Collections.Immutable;

namespace NpuSim.Workloads.Graphs.Ops;

/// <summary>1 where x &gt; 0, else 0: all that the derivative of a rectifier needs of its result. Operand and result of any shape.</summary>
public sealed record Positive : Op
{
    /// <inheritdoc/>
    public override string Name => "positive";

    /// <inheritdoc/>
    public override Shape Infer(ImmutableArray<Shape> inputs) => inputs[0];
}
