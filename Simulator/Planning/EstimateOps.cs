using System.Collections.Immutable;
using NpuSim.Simulator.Methods;
using NpuSim.Workloads.Graphs;

namespace NpuSim.Simulator.Planning;

/// <summary>
/// w ← w − η·r·s(g): g is the estimate, s the optimiser and r a ratio of norms. Each z is drawn again from its address. Operands:
/// w, what the estimate needs, then the ratio and the optimiser's states where there are any; result: w in place.
/// </summary>
/// <param name="Estimate">g.</param>
/// <param name="Optimizer">s; null: the estimate itself.</param>
/// <param name="IsNormalized">True: an operand holds r; false: r = 1.</param>
/// <param name="ResidualBits">Bits kept below each weight, in a last operand, changed too; 0: none.</param>
internal sealed record ForwardGradientUpdate(
    Estimate Estimate, Optimizer? Optimizer = null, bool IsNormalized = false, int ResidualBits = 0) : TrainingOp
{
    /// <inheritdoc/>
    public override string Name => "update";

    /// <inheritdoc/>
    public override bool InPlace => true;

    /// <summary>True where the step of each direction is rounded on its own, one update after the other.</summary>
    /// <param name="randomBits">Of the planned operation.</param>
    public bool IsByDirection(int randomBits) => randomBits > 0 && Estimate.Estimator == Estimator.Spsa;

    /// <inheritdoc/>
    public override ImmutableArray<int> AlsoWrites(ImmutableArray<int> operands) =>
        Residual(operands) is int residual ? [.. States(operands), residual] : States(operands);

    /// <summary>Ids of the optimiser's states.</summary>
    /// <param name="operands">Ids of the tensors it reads.</param>
    public ImmutableArray<int> States(ImmutableArray<int> operands) =>
        operands.Slice(operands.Length - Kept - (Optimizer?.States ?? 0), Optimizer?.States ?? 0);

    /// <summary>Id of the bits kept below the weights; null: none are.</summary>
    /// <param name="operands">Ids of the tensors it reads.</param>
    public int? Residual(ImmutableArray<int> operands) => Kept > 0 ? operands[^1] : null;

    private int Kept => ResidualBits > 0 ? 1 : 0;

    /// <summary>Id of the ratio; null where it is 1.</summary>
    /// <param name="operands">Ids of the tensors it reads.</param>
    public int? Ratio(ImmutableArray<int> operands) => IsNormalized ? Estimate.Split(operands).Others[0] : null;
}

/// <summary>
/// ‖w‖ / ‖g‖ of one tensor (kernel-wise normalisation, arXiv 2411.04036, section 3.4): 1 where a norm is 0, as in LARS (arXiv
/// 1708.03888). Operands: w, what the estimate needs; result: [1].
/// </summary>
/// <param name="Estimate">g.</param>
internal sealed record KernelNorm(Estimate Estimate) : TrainingOp
{
    /// <inheritdoc/>
    public override string Name => "norm";

    /// <inheritdoc/>
    public override Shape Infer(ImmutableArray<Shape> inputs) => [1];
}

/// <summary>
/// Adds the products zᵢ · zⱼ of one parameter's directions to a Gram matrix. Operands: the matrix so far [m, m], the directions'
/// tensors; result [m, m].
/// </summary>
/// <param name="Probe">Where zᵢ come from.</param>
/// <param name="Directions">m.</param>
/// <param name="Elements">Elements of the parameter.</param>
internal sealed record DirectionGram(Probe Probe, int Directions, long Elements) : TrainingOp
{
    /// <inheritdoc/>
    public override string Name => "gram";

    /// <inheritdoc/>
    public override bool InPlace => true;
}

/// <summary>
/// The factors a of the orthogonal projection Σ aᵢ zᵢ of the gradient onto the span of the directions: G·a = c with the Gram
/// matrix G and the slopes c (arXiv 2410.17764, equation 4). Directions that depend on earlier ones get 0. Operands: G [m, m],
/// then a derivative or two losses of each direction; result [m].
/// </summary>
/// <param name="Directions">m.</param>
/// <param name="Estimator">What the operands tell of each direction.</param>
/// <param name="Apart">Multiples of ε between the two points whose losses are compared.</param>
internal sealed record DirectionProjection(int Directions, Estimator Estimator, int Apart = 2) : TrainingOp
{
    /// <inheritdoc/>
    public override string Name => "project";

    /// <inheritdoc/>
    public override Shape Infer(ImmutableArray<Shape> inputs) => [Directions];
}
