using System.Collections.Immutable;

namespace NpuSim.Workloads.Graphs.Ops;

/// <summary>
/// Mean of each channel over all other axes: what training averages into the running mean. Operand x [..., C]; result [C].
/// </summary>
public sealed record BatchMean : Op
{
    /// <inheritdoc/>
    public override string Name => "batch-mean";

    /// <inheritdoc/>
    public override Shape Infer(ImmutableArray<Shape> inputs) => [inputs[0][^1]];
}
