using System.Collections.Immutable;
using NpuSim.Yaml;

namespace NpuSim.Simulator.Studies.Federated;

/// <summary>A federated study as it is asked: which fleet, which data, which protocols. A file of it is a STUDY.yaml. Every
/// protocol is run with every method on every partition with every seed.</summary>
/// <param name="Workload">Network, data and step sizes: a workload or its file.</param>
/// <param name="Profiles">The fleet: client c is a device of profile c mod their number. The server has the arithmetic of the
/// first.</param>
/// <param name="Protocols">What clients and server tell each other.</param>
/// <param name="Methods">What a client trains by.</param>
/// <param name="Scheme">Which parameters train.</param>
/// <param name="Partitions">How samples are dealt to clients.</param>
/// <param name="Clients">K, devices.</param>
/// <param name="Samples">Samples of each client.</param>
/// <param name="ConcentrationPerClass">a of Dir(a, …, a), of <see cref="PartitionKind.Dirichlet"/>.</param>
/// <param name="Rounds">Rounds.</param>
/// <param name="Share">C, clients asked in a round: ⌈C·K⌉ of them, drawn anew each time.</param>
/// <param name="LocalEpochs">E, times that a client of fedavg goes through its samples in a round.</param>
/// <param name="Batch">B, samples of a step; fedsgd takes all of a client's.</param>
/// <param name="Candidates">Q, directions that <see cref="Protocol.Fedkseed"/> walks along.</param>
/// <param name="LearningRate">η in place of the workload's; 0: the workload's.</param>
/// <param name="Epsilon">ε in place of the workload's; 0: the workload's.</param>
/// <param name="DropOut">Chance that an asked client cannot be reached in a round: it receives and sends nothing.</param>
/// <param name="Stragglers">Chance that a client's answer comes too late to count: it has computed and sent it.</param>
/// <param name="Server">What weights are averaged in.</param>
/// <param name="Vote">What the server makes of signs.</param>
/// <param name="VoteMargin">A direction counts where the sum of its signs is more than this share of the votes.</param>
/// <param name="Average">What the server makes of weights.</param>
/// <param name="Trim">Share of the answers that a trimmed mean leaves out at each end.</param>
/// <param name="Compressions">What becomes of a client's change of the weights before it is sent
/// (<see cref="MessageCompression.Parse"/>).</param>
/// <param name="DgcMomentum">μ of deep gradient compression.</param>
/// <param name="WarmUpRounds">Rounds over which deep gradient compression comes down to its share.</param>
/// <param name="Attackers">Share of the clients that are malicious.</param>
/// <param name="Attack">What they send.</param>
/// <param name="Start">What everybody starts from.</param>
/// <param name="Seeds">Runs of each case, with the seeds 1, 2, ….</param>
/// <param name="Evaluations">Times that accuracy is measured on the way, evenly spread.</param>
/// <param name="Target">Accuracy in percent to which rounds and bytes are counted; 0: none.</param>
[Yaml("A federated study: which fleet, which data, which protocols.")]
public sealed record Federation(
    [Yaml("Network, data and step sizes: a workload or its file.")] string Workload,
    [Yaml("The fleet: client c is a device of profile c mod their number; the server has the arithmetic of the first.")]
    ImmutableArray<string> Profiles,
    [Yaml("What clients and server tell each other.")] ImmutableArray<Protocol> Protocols,
    [Yaml("What a client trains by, as qzo-ff:16w8a.")] ImmutableArray<string> Methods,
    [Yaml("Which parameters train, as ft or lp.")] string Scheme = "ft",
    [Yaml("How samples are dealt to clients.", Optional = true)] ImmutableArray<PartitionKind> Partitions = default,
    [Yaml("Devices.", Min = 1, Max = Federation.MostClients)] int Clients = 100,
    [Yaml("Samples of each client.", Min = 1, Max = 1_000_000)] int Samples = 20,
    [Yaml("a of Dir(a, …, a), by which clients of the partition dirichlet draw their class shares.", Above = 0)]
    double ConcentrationPerClass = 0.1,
    [Yaml("Rounds.", Min = 1, Max = 1_000_000)] int Rounds = 100,
    [Yaml("Share of the clients asked in a round, rounded up, drawn anew each time.", Above = 0, Max = 1)] double Share = 1,
    [Yaml("Times that a client of fedavg, decomfl or fedkseed goes through its samples in a round.", Min = 1, Max = 1000)]
    int LocalEpochs = 1,
    [Yaml("Samples of a step; fedsgd takes all of a client's.", Min = 1, Max = 1 << 20)] int Batch = 10,
    [Yaml("Directions that fedkseed walks along.", Min = 1, Max = 1 << 20)] int Candidates = 4096,
    [Yaml("Learning rate of every method in place of the workload's; 0: the workload's.", Min = 0)] double LearningRate = 0,
    [Yaml("Size of the probing perturbation in place of the workload's; 0: the workload's.", Min = 0)] double Epsilon = 0,
    [Yaml("Chance that an asked client cannot be reached in a round: it receives and sends nothing.", Min = 0, Max = 1)]
    double DropOut = 0,
    [Yaml("Chance that a client's answer comes too late to count: it has computed and sent it.", Min = 0, Max = 1)]
    double Stragglers = 0,
    [Yaml("What weights of fixed-point methods are averaged in.")] ServerNumbers Server = ServerNumbers.Fixed,
    [Yaml("What the server makes of the signs of a direction.")] VoteRule Vote = VoteRule.Majority,
    [Yaml("A direction counts where the sum of its signs is more than this share of the votes.", Min = 0, Max = 1)]
    double VoteMargin = 0,
    [Yaml("What the server makes of weights.")] AverageRule Average = AverageRule.Mean,
    [Yaml("Share of the answers that a trimmed mean leaves out at each end.", Min = 0, Max = 0.49)] double Trim = 0.1,
    [Yaml($"What becomes of a client's change of the weights before it is sent: {MessageCompression.Accepted}.", Optional = true)]
    ImmutableArray<string> Compressions = default,
    [Yaml("Momentum of deep gradient compression.", Min = 0, Max = 0.9999)] double DgcMomentum = 0.9,
    [Yaml("Rounds over which deep gradient compression comes down to its share.", Min = 0, Max = 1_000_000)]
    int WarmUpRounds = 5,
    [Yaml("Share of the clients that are malicious.", Min = 0, Max = 1)] double Attackers = 0,
    [Yaml("What they send.")] Attack Attack = Attack.Flip,
    [Yaml("What all devices and the server start from.")] FirstWeights Start = FirstWeights.Pretrained,
    [Yaml("Runs of each case, with the seeds 1, 2, ….", Min = 1, Max = 1000)] int Seeds = 1,
    [Yaml("Times that accuracy is measured on the way, evenly spread.", Min = 1, Max = 100_000)] int Evaluations = 20,
    [Yaml("Accuracy in percent to which rounds and bytes are counted; 0: none.", Min = 0, Max = 100)] double Target = 0)
    : IChecked
{
    /// <summary>Most devices of a study.</summary>
    public const int MostClients = 1_000_000;

    /// <summary>Clients asked in a round.</summary>
    public int Asked => Math.Clamp((int)Math.Ceiling(Share * Clients), 1, Clients);

    /// <summary>Samples of a step of a protocol.</summary>
    public int BatchOf(Protocol protocol) => protocol == Protocol.Fedsgd ? Samples : Batch;

    /// <summary>Steps that a client takes in a round: E·n/B of fedavg, decomfl and fedkseed, rounded up, the last batch filled
    /// from the next epoch.</summary>
    public int StepsOf(Protocol protocol) =>
        protocol is Protocol.Fedavg or Protocol.Decomfl or Protocol.Fedkseed
            ? (int)((((long)LocalEpochs * Samples) + Batch - 1) / Batch) : 1;

    /// <summary>The same with the lists that are meant where none is given.</summary>
    internal Federation WithLists() => this with
    {
        Partitions = Partitions.IsDefaultOrEmpty ? [PartitionKind.Iid] : Partitions,
        Compressions = Compressions.IsDefaultOrEmpty ? ["none"] : Compressions,
    };

    /// <inheritdoc/>
    public IEnumerable<Problem> Problems()
    {
        if (Profiles.IsDefaultOrEmpty)
            yield return new("profiles", "the list is empty; accepted is at least one profile");
        if (Protocols.IsDefaultOrEmpty)
            yield return new("protocols", $"the list is empty; accepted are {string.Join(", ", YamlWords.All<Protocol>())}");
        if (Methods.IsDefaultOrEmpty)
            yield return new("methods", "the list is empty; accepted is at least one method");
        if (!Protocols.IsDefault && Protocols.Distinct().Count() < Protocols.Length)
            yield return new("protocols", "one is given twice; accepted is once");
        if (!Methods.IsDefault && Methods.Distinct().Count() < Methods.Length)
            yield return new("methods", "one is given twice; accepted is once");
        if (!Partitions.IsDefault && Partitions.Distinct().Count() < Partitions.Length)
            yield return new("partitions", "one is given twice; accepted is once");
        if (!Compressions.IsDefault && Compressions.Distinct().Count() < Compressions.Length)
            yield return new("compressions", "one is given twice; accepted is once");
        if (Batch > Samples)
            yield return new("batch", $"found {Batch}; a client has {Samples} samples, accepted are at most as many");
        if (!Partitions.IsDefault && Partitions.Contains(PartitionKind.Shards) && Samples % 2 != 0)
            yield return new("samples",
                $"found {Samples}; a client of the partition shards has two shards, accepted is an even number");
        if (Clients * (long)Samples > int.MaxValue)
            yield return new("clients", $"{Clients} clients of {Samples} samples; accepted are at most {int.MaxValue} in all");
    }
}
