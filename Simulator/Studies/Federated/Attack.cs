using NpuSim.Yaml;

namespace NpuSim.Simulator.Studies.Federated;

/// <summary>What malicious clients send.</summary>
public enum Attack
{
    /// <summary>Their change, or their signs, negated.</summary>
    [Yaml("Their change, or their signs, negated.")]
    Flip,

    /// <summary>Every entry of their change, or every sign, with a random sign.</summary>
    [Yaml("Every entry of their change, or every sign, with a random sign.")]
    Random,
}
