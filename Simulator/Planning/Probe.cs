using System.Collections.Immutable;
using NpuSim.Accelerators.Kernels.Randomness;
using NpuSim.Simulator.Methods;

namespace NpuSim.Simulator.Planning;

/// <summary>How the random directions of one parameter come about, wherever an operation needs them.</summary>
/// <param name="Parameter">Index of the parameter, the tensor part of the random address.</param>
/// <param name="Distribution">Of z, where it is drawn.</param>
/// <param name="LinearFeedback">True: drawn from the LFSR; false: from Philox; null: from what the profile has.</param>
/// <param name="Sparsity">Which elements are zero; null: none.</param>
/// <param name="IsStored">True: z lies in memory, one tensor per direction; false: it is drawn from its address.</param>
public sealed record Probe(
    int Parameter, PerturbationDistribution Distribution = PerturbationDistribution.Normal, bool? LinearFeedback = null,
    Sparsity? Sparsity = null, bool IsStored = false)
{
    /// <summary>Finds the tensors of some directions among an operation's operands: the stored directions, then the
    /// mask.</summary>
    /// <param name="operands">Ids of the tensors it reads.</param>
    /// <param name="first">Index of the first operand that is of a direction.</param>
    /// <param name="directions">How many directions it needs.</param>
    public ProbeOperands Split(ImmutableArray<int> operands, int first, int directions)
    {
        int stored = IsStored ? directions : 0, mask = Sparsity is { IsStored: true } ? 1 : 0;
        return new(
            IsStored ? operands.Slice(first, stored) : [], mask > 0 ? operands[first + stored] : null, first + stored + mask);
    }
}

/// <summary>Tensors of directions among the operands of an operation.</summary>
/// <param name="Stored">Id of z of each direction; empty where it is drawn.</param>
/// <param name="Mask">Id of the mask; null: none is stored.</param>
/// <param name="Next">Index of the operand after them.</param>
public readonly record struct ProbeOperands(ImmutableArray<int> Stored, int? Mask, int Next);
