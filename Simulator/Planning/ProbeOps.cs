using System.Collections.Immutable;
using NpuSim.Workloads.Graphs;

namespace NpuSim.Simulator.Planning;

/// <summary>
/// w± = w ± ε·z; in fixed point sat((w·1_q ± ε_q·z)·Δz), rounded at random sat(w ± SR(ε·z/Δw)). At a neighbour of w: w +
/// ε·sign(L'₊ − L'₋)·z' ± ε·z with one direction z' for the whole step. Operands: w, the direction's tensors, then at a neighbour L'₊ and L'₋; result: w±.
/// </summary>
/// <param name="Probe">Where z comes from.</param>
/// <param name="Sign">+1 or −1.</param>
/// <param name="IsAtNeighbour">True: around the point one step of ascent away.</param>
public sealed record Perturb(Probe Probe, int Sign, bool IsAtNeighbour = false) : TrainingOp
{
    /// <inheritdoc/>
    public override string Name => "perturb";
}

/// <summary>z itself, the tangent of a weight in forward-mode differentiation. Operands: the direction's tensors; result:
/// z.</summary>
/// <param name="Probe">Where z comes from.</param>
/// <param name="Shape">Shape of the weight.</param>
internal sealed record DrawDirection(Probe Probe, Shape Shape) : TrainingOp
{
    /// <inheritdoc/>
    public override string Name => "draw";

    /// <inheritdoc/>
    public override Shape Infer(ImmutableArray<Shape> inputs) => Shape;
}

/// <summary>
/// Momentum-guided sampling: z ← β·z₁ + (1 − β)·z₂, z₁ ~ N(0, √α), z₂ ~ N(z, √(1 − α)) (arXiv 2411.04036, section 3.4). Operand
/// and result: z, changed in place.
/// </summary>
/// <param name="Probe">Where new numbers come from.</param>
/// <param name="Beta">β after the first tenth of the steps; before it is 1.</param>
internal sealed record GuideDirection(Probe Probe, double Beta) : TrainingOp
{
    /// <summary>α, assumed: the publication gives none.</summary>
    public const double Alpha = 0.5;

    /// <summary>Share of the steps in which β is 1, assumed: the publication says "at first".</summary>
    public const double FreshShare = 0.1;

    /// <inheritdoc/>
    public override string Name => "guide";

    /// <inheritdoc/>
    public override bool InPlace => true;

    /// <summary>β at a point of the run.</summary>
    /// <param name="progress">Share of the steps done, 0..1.</param>
    public double BetaAt(double progress) => progress < FreshShare ? 1 : Beta;
}
