using NpuSim.Yaml;

namespace NpuSim.Simulator.Studies.Federated;

/// <summary>What a server averages the weights of fixed-point methods in; those of others are averaged in floating
/// point.</summary>
public enum ServerNumbers
{
    /// <summary>Integers of 64 bits, with eight fractional bits between rounds.</summary>
    [Yaml("Integers of 64 bits, with eight fractional bits between rounds.")]
    Fixed,

    /// <summary>Floating point: sums in binary64, kept in binary32 between rounds.</summary>
    [Yaml("Floating point: sums in binary64, kept in binary32 between rounds.")]
    Float,
}
