using NpuSim.Yaml;

namespace NpuSim.Accelerators.Profiles;

/// <summary>
/// Engines that keep weights compiled, packed or compressed lay them out anew whenever they change. It takes the longer of its
/// own cycles and of writing the bytes to the memory that holds the weights, after the operation that changed them.
/// </summary>
/// <param name="BytesPerWeight">Bytes written per changed weight.</param>
/// <param name="CyclesPerWeight">Cycles per changed weight.</param>
[Yaml("Laying changed weights out anew, for engines that keep them compiled, packed or compressed.")]
public sealed record Restage(
    [Yaml("Bytes written per changed weight.", Min = 0)] double BytesPerWeight,
    [Yaml("Cycles per changed weight.", Min = 0)] double CyclesPerWeight);
