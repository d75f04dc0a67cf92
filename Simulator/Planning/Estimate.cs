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
public sealed record Estimate(Probe Probe, int Directions, Estimator Estimator = Estimator.SignSpsa, bool IsProjected = false)
{
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
/// <param name="Factors">[m] factors; or a derivative per direction; or L₊ and L₋ of each direction.</param>
/// <param name="Probe">Tensors of the directions.</param>
/// <param name="Others">What follows.</param>
public readonly record struct EstimateOperands(ImmutableArray<int> Factors, ProbeOperands Probe, ImmutableArray<int> Others);
