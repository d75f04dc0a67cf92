using System.Collections.Immutable;
using NpuSim.Workloads.Graphs;

namespace NpuSim.Simulator.Planning;

/// <summary>Operations that exist only because a network is trained or quantised, not because of what it computes.</summary>
public abstract record TrainingOp : Op
{
    /// <summary>The result has the first operand's shape.</summary>
    public override Shape Infer(ImmutableArray<Shape> inputs) => inputs[0];

    /// <summary>Operands that the operation changes besides its result, as a velocity.</summary>
    /// <param name="operands">Ids of the tensors it reads.</param>
    public virtual ImmutableArray<int> AlsoWrites(ImmutableArray<int> operands) => [];
}

/// <summary>
/// The operand in the result's format and scale: a bias on its way to the accumulator it starts (int16 to int32), a table of
/// weights on its way to an element-wise operation.
/// </summary>
public sealed record Requantize : TrainingOp
{
    /// <inheritdoc/>
    public override string Name => "requantize";
}

/// <summary>
/// Gradient descent: v ← μ·v + g; w ← w − η·v. Operands: w, its gradient g and, changed too, the velocity v with momentum and the
/// bits kept below w, if any are; result: w in place.
/// </summary>
/// <param name="Momentum">μ in [0, 1); 0: plain descent without v.</param>
/// <param name="Channels">
/// How many of the first input channels (innermost axis of w) change; g and v hold only these. 0: all of them.
/// </param>
/// <param name="LossScale">What g is too large by; a power of two.</param>
/// <param name="ResidualBits">Bits kept below each weight that changes; 0: none.</param>
internal sealed record GradientDescentUpdate(double Momentum, int Channels = 0, double LossScale = 1, int ResidualBits = 0)
    : TrainingOp
{
    /// <inheritdoc/>
    public override string Name => "update";

    /// <inheritdoc/>
    public override bool InPlace => true;

    /// <inheritdoc/>
    public override ImmutableArray<int> AlsoWrites(ImmutableArray<int> operands) => operands[2..];
}
