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

    /// <summary>A vote of one direction by one bit, in which no answer is a tie: a tie counts as minus (FeedSign, arXiv
    /// 2501.17610).</summary>
    [Yaml("A vote of one direction by one bit; a tie counts as minus (FeedSign).")]
    Feedsign,

    /// <summary>Clients walk some steps along common directions and send a scalar for each; all devices replay their means
    /// (DeComFL, arXiv 2405.15861).</summary>
    [Yaml("Clients walk some steps along common directions and send a scalar for each, whose means all replay (DeComFL).")]
    Decomfl,

    /// <summary>Clients fetch the weights and send a scalar for each direction; the server takes the step of their means (BAFFLE,
    /// arXiv 2301.12195).</summary>
    [Yaml("Clients fetch the weights and send a scalar for each direction; the server takes the step of their means (BAFFLE).")]
    Baffle,

    /// <summary>Clients rebuild the weights from a scalar for each of some candidate directions, walk along candidates drawn at
    /// random and send the candidate and a scalar of each step (FedKSeed, arXiv 2312.06353).</summary>
    [Yaml("Clients rebuild the weights from a scalar for each of some candidate directions, walk along some of them and send the "
        + "candidate and a scalar of each step (FedKSeed).")]
    Fedkseed,
}
