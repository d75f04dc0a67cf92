using NpuSim.Yaml;

namespace NpuSim.Simulator.Studies.Federated;

/// <summary>What clients and server tell each other in a round.</summary>
public enum Protocol
{
    /// <summary>Clients train for some epochs and send their weights; the server averages them (arXiv 1602.05629).</summary>
    [Yaml("Clients train for some epochs and send their weights; the server averages them.")]
    Fedavg,

    /// <summary>The same after one step on all of a client's samples (arXiv 1602.05629).</summary>
    [Yaml("The same after one step on all of a client's samples.")]
    Fedsgd,

    /// <summary>Clients send a sign per direction; all devices take the step that the server's sum of them says.</summary>
    [Yaml("Clients send a sign per direction; all devices take the step that the server's sum of them says.")]
    Vote,
}
