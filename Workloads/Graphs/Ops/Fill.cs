using System.Collections.Immutable;

namespace NpuSim.Workloads.Graphs.Ops;

/// <summary>A tensor of one repeated number: the seed of a backward pass. No operands.</summary>
/// <param name="Target">Shape of the result.</param>
/// <param name="Number">The number.</param>
public sealed record Fill(Shape Target, double Number) : Op
{
    /// <inheritdoc/>
    public override string Name => "fill";

    /// <inheritdoc/>
    public override Shape Infer(ImmutableArray<Shape> inputs) => Target;
}
