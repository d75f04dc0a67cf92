using NpuSim.Yaml;

namespace NpuSim.Simulator.Studies.Federated;

/// <summary>What all devices and the server start from.</summary>
public enum FirstWeights
{
    /// <summary>The weights of the workload.</summary>
    [Yaml("The weights of the workload.")]
    Pretrained,

    /// <summary>Weights drawn at random, one draw for every run.</summary>
    [Yaml("Weights drawn at random, one draw for every run.")]
    Random,
}
