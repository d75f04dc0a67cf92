using System.Collections.Immutable;

namespace NpuSim.Workloads.Graphs.Ops;

/// <summary>
/// Mean square deviation of each channel from its mean over all other axes: what training averages into the running variance.
/// Operand x [..., C]; result [C].
/// </summary>
public sealed record BatchVariance : Op
{
    /// <inheritdoc/>
    public override string Name => "batch-variance";

    /// <inheritdoc/>
    public override Shape Infer(ImmutableArray<Shape> inputs) => [inputs[0][^1]];
}
