using System.Collections.Immutable;
using NpuSim.Workloads.Graphs;

namespace NpuSim.Simulator.Planning;

/// <summary>Operations that exist only because a network is trained or quantised, not because of what it computes.</summary>
public abstract record TrainingOp : Op
{
    /// <summary>The result has the first operand's shape.</summary>
    public override Shape Infer(ImmutableArray<Shape> inputs) => inputs[0];
}

/// <summary>w± = w ± ε·z; in fixed point sat((w·1_q ± ε_q·z)·Δz). z is drawn from its address, never stored. Operand: w; result: w±.</summary>
/// <param name="Parameter">Index of the parameter, the tensor part of the random address.</param>
/// <param name="Sign">+1 or −1.</param>
public sealed record Perturb(int Parameter, int Sign) : TrainingOp
{
    /// <inheritdoc/>
    public override string Name => "perturb";
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
/// w ← w − η·g with g = (1/m) Σ sign(L₊ − L₋) z, each z drawn again from its address. Operands: w, then the losses
/// L₊, L₋ of each direction; result: w in place.
/// </summary>
/// <param name="Parameter">Index of the parameter, the tensor part of the random address.</param>
/// <param name="Directions">m, the number of directions.</param>
public sealed record ForwardGradientUpdate(int Parameter, int Directions) : TrainingOp
{
    /// <inheritdoc/>
    public override string Name => "update";

    /// <inheritdoc/>
    public override bool InPlace => true;
}

/// <summary>
/// Gradient descent: v ← μ·v + g; w ← w − η·v. Operands: w, its gradient g and, with momentum, the velocity v (changed too);
/// result: w in place.
/// </summary>
/// <param name="Momentum">μ in [0, 1); 0: plain descent without v.</param>
/// <param name="Channels">
/// How many of the first input channels (innermost axis of w) change; g and v hold only these. 0: all of them.
/// </param>
public sealed record GradientDescentUpdate(double Momentum, int Channels = 0) : TrainingOp
{
    /// <inheritdoc/>
    public override string Name => "update";

    /// <inheritdoc/>
    public override bool InPlace => true;
}
