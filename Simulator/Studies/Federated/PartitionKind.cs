using NpuSim.Yaml;

namespace NpuSim.Simulator.Studies.Federated;

/// <summary>How samples are dealt to clients.</summary>
public enum PartitionKind
{
    /// <summary>In random order.</summary>
    [Yaml("In random order.")]
    Iid,

    /// <summary>Sorted by class, in two shards a client (arXiv 1602.05629).</summary>
    [Yaml("Sorted by class, in two shards a client.")]
    Shards,

    /// <summary>Each client by class shares of its own, from a Dirichlet distribution.</summary>
    [Yaml("Each client by class shares of its own, from a Dirichlet distribution.")]
    Dirichlet,
}
