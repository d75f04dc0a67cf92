using System.Collections.Immutable;
using NpuSim.Simulator.Methods;

namespace NpuSim.Simulator.Planning;

/// <summary>
/// The gradient estimate of one parameter: g = (1/m) Σ cᵢ zᵢ with the factors cᵢ of an <see cref="Methods.Estimator"/>, or Σ aᵢ
/// zᵢ with factors aᵢ that a projection worked out.
/// </summary>
/// <param name="Probe">Where zᵢ come from.</param>
/// <param name="Directions">m.</param>
/// <param name="Estimator">What the operands tell of each direction.</param>
/// <param name="IsProjected">True: one operand [m] holds the factors.</param>
/// <param name="IsOneSided">True: the second loss of each direction is that at w itself.</param>
/// <param name="IsSpreadNormalized">True: differences are divided by the standard deviation of the first losses.</param>
public sealed record Estimate(
    Probe Probe, int Directions, Estimator Estimator = Estimator.SignSpsa, bool IsProjected = false, bool IsOneSided = false,
    bool IsSpreadNormalized = false)
{
    /// <summary>Multiples of ε between the two points whose losses are compared.</summary>
    public int Apart => IsOneSided ? 1 : 2;

    /// <summary>Operands of an operation that has the weight first: the factors or losses, the directions' tensors, then
    /// others.</summary>
    /// <param name="operands">Ids of the tensors it reads.</param>
    public EstimateOperands Split(ImmutableArray<int> operands)
    {
        int factors = IsProjected ? 1 : Estimator == Estimator.Jvp ? Directions : 2 * Directions;
        ProbeOperands probe = Probe.Split(operands, 1 + factors, Directions);
        return new(operands.Slice(1, factors), probe, operands[probe.Next..]);
    }
}

/// <summary>Operands of an operation that needs a gradient estimate.</summary>
/// <param name="Factors">[m] factors; or a derivative per direction; or two losses of each direction, L₊ and L₋ or L at
/// w.</param>
/// <param name="Probe">Tensors of the directions.</param>
/// <param name="Others">What follows.</param>
public readonly record struct EstimateOperands(ImmutableArray<int> Factors, ProbeOperands Probe, ImmutableArray<int> Others);
