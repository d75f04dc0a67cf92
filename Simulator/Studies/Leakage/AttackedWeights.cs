using NpuSim.Yaml;

namespace NpuSim.Simulator.Studies.Leakage;

/// <summary>What the network has learnt when the message is sent.</summary>
public enum AttackedWeights
{
    /// <summary>Nothing: every weight and bias uniform in ±½, at which published attacks are shown.</summary>
    [Yaml("Every weight and bias uniform in ±½, at which published attacks are shown.")]
    Uniform,

    /// <summary>The weights of the workload.</summary>
    [Yaml("The weights of the workload.")]
    Pretrained,
}
