using NpuSim.Accelerators.Numerics;
using NpuSim.Yaml;

namespace NpuSim.Accelerators.Profiles;

/// <summary>Formats that the engine multiplies natively.</summary>
/// <param name="Weights">Format of the stationary or weight operand.</param>
/// <param name="Activations">Format of the streamed operand.</param>
/// <param name="Rate">MACs per cycle as a share of the engine's peak, 0 &lt; rate ≤ 1 (16×8 on an 8×8 array: 0.5).</param>
[Yaml("Formats that the engine multiplies natively: int4, int8 or int16.")]
public sealed record OperandPair(
    [Yaml("Format of the weights.")] NumberFormat Weights,
    [Yaml("Format of the activations.")] NumberFormat Activations,
    [Yaml("MACs per cycle as a share of the engine's peak for 8×8 bits.", Above = 0, Max = 1)] double Rate = 1);
