using NpuSim.Yaml;

namespace NpuSim.Accelerators.Profiles;

/// <summary>Several cores that share every memory, its bandwidth included.</summary>
/// <param name="Count">At least 1; 1 is the same as no such key.</param>
/// <param name="Split">How a product is divided.</param>
[Yaml("Several cores that share every memory and its bandwidth.")]
public sealed record Cores(
    [Yaml("Cores, each with the engine and the vector unit of the profile.", Min = 1, Max = 1024)] int Count,
    [Yaml("What each of them takes of a matrix product.")] CoreSplit Split);
