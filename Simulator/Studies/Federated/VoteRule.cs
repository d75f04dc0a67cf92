using NpuSim.Yaml;

namespace NpuSim.Simulator.Studies.Federated;

/// <summary>What a server makes of the signs of a direction.</summary>
public enum VoteRule
{
    /// <summary>The sign of their sum, 0 on a tie: two bits.</summary>
    [Yaml("The sign of their sum, 0 on a tie: two bits.")]
    Majority,

    /// <summary>Their mean in eight bits, seven of them fraction.</summary>
    [Yaml("Their mean in eight bits, seven of them fraction.")]
    Mean,
}
