using System.Collections.Immutable;
using System.CommandLine;
using NpuSim.Simulator.Methods;
using NpuSim.Simulator.Studies.Federated;

namespace NpuSim.Cli.Commands;

/// <summary>What says which trainings a federated study has: a file, options, or a file with options instead of some of its
/// keys.</summary>
internal sealed class FederatedOptions
{
    private const double Large = 1e6;

    private static readonly Federation Default = new("glyphs-cnn", ["systolic-int8-16x16"],
        [Protocol.Fedavg, Protocol.Vote], ["qzo-ff:16w8a"]);

    private readonly StudyFile<Federation> file =
        new("Path of a STUDY.yaml; options stand in place of its keys (docs/federated.md).");

    private readonly Option<string?> workload = new("--workload", "-w")
    {
        Description = "Network, data and step sizes: a workload or its file; default: glyphs-cnn.",
    };

    private readonly Option<string[]> profiles = StudyFile.Several("--profile",
        "The fleet: client c is a device of profile c mod their number; the server has the arithmetic of the first.", "-p");
    private readonly Option<string[]> protocols = StudyFile.Several("--protocol",
        $"What clients and server tell each other: {StudyFile.Words<Protocol>()}.");
    private readonly Option<string[]> methods = StudyFile.Several("--method",
        $"What a client trains by, with switches: {string.Join(", ", Method.All)} (docs/methods.md).", "-m");
    private readonly Option<string?> scheme = new("--scheme", "-s") { Description = "Which parameters train; default: ft." };
    private readonly Option<string[]> partitions = StudyFile.Several("--partition",
        $"How samples are dealt: {StudyFile.Words<PartitionKind>()}.");
    private readonly Option<int?> clients = WholeNumber.Option(["--clients"], "Devices; default: 100.", 1,
        Federation.MostClients);
    private readonly Option<int?> samples = WholeNumber.Option(["--samples"], "Samples of each client; default: 20.", 1);
    private readonly Option<double?> concentration = RealNumber.Positive("--concentration-per-class",
        "a of Dir(a, …, a) of the partition dirichlet; default: 0.1.", Large);

    private readonly Option<int?> rounds = WholeNumber.Option(["--rounds"], "Rounds; default: 100.", 1);
    private readonly Option<double?> share = RealNumber.Positive("--share",
        "Share of the clients asked in a round; default: 1.", 1);
    private readonly Option<int?> epochs = WholeNumber.Option(["--local-epochs"],
        "Times that a client of fedavg, decomfl or fedkseed goes through its samples in a round; default: 1.", 1);
    private readonly Option<int?> batch = WholeNumber.Option(["--batch", "-b"],
        "Samples of a step; fedsgd takes all of a client's; default: 10.", 1);
    private readonly Option<int?> candidates = WholeNumber.Option(["--candidates"],
        "Directions that fedkseed walks along; default: 4096.", 1, 1 << 20);
    private readonly Option<double?> rate = RealNumber.Positive("--learning-rate",
        "Learning rate; default: the workload's.", Large);
    private readonly Option<double?> epsilon = RealNumber.Positive("--epsilon",
        "Size of the perturbation; default: the workload's.", Large);
    private readonly Option<double?> dropOut = RealNumber.Share("--drop-out",
        "Chance that an asked client cannot be reached in a round; default: 0.");
    private readonly Option<double?> stragglers = RealNumber.Share("--stragglers",
        "Chance that a client's answer comes too late to count; default: 0.");
    private readonly Option<string?> server = new("--server")
    { Description = $"What weights of fixed-point methods are averaged in: {StudyFile.Words<ServerNumbers>()}; default: fixed." };
    private readonly Option<string?> vote = new("--vote")
    { Description = $"What the server makes of signs: {StudyFile.Words<VoteRule>()}; default: majority." };
    private readonly Option<double?> voteMargin = RealNumber.Share("--vote-margin",
        "A direction counts where the sum of its signs is more than this share of the votes; default: 0.");
    private readonly Option<string?> average = new("--average")
    { Description = $"What the server makes of weights: {StudyFile.Words<AverageRule>()}; default: mean." };
    private readonly Option<double?> trim = RealNumber.Positive("--trim",
        "Share of the answers that a trimmed mean leaves out at each end; default: 0.1.", 0.49);
    private readonly Option<string[]> compressions = StudyFile.Several("--compress",
        $"What becomes of a client's change of the weights before it is sent: {MessageCompression.Accepted}; default: none.");
    private readonly Option<double?> dgcMomentum = RealNumber.Share("--dgc-momentum", "Momentum of dgc; default: 0.9.");
    private readonly Option<int?> warmUp = WholeNumber.Option(["--warm-up-rounds"],
        "Rounds over which dgc comes down to its share; default: 5.", 0);
    private readonly Option<double?> attackers = RealNumber.Share("--attackers",
        "Share of the clients that are malicious; default: 0.");
    private readonly Option<string?> attack = new("--attack")
    { Description = $"What malicious clients send: {StudyFile.Words<Attack>()}; default: flip." };
    private readonly Option<string?> start = new("--start")
    { Description = $"What everybody starts from: {StudyFile.Words<FirstWeights>()} weights; default: pretrained." };
    private readonly Option<int?> seeds = WholeNumber.Option(["--seeds"],
        "Runs of each case, with the seeds 1, 2, …; default: 1.", 1, 1000);
    private readonly Option<int?> evaluations = WholeNumber.Option(["--evaluations"],
        "Times that accuracy is measured on the way; default: 20.", 1, 100_000);
    private readonly Option<double?> target = RealNumber.Positive("--target",
        "Accuracy in percent to which rounds and bytes are counted.", 100);

    private IReadOnlyList<Option> All => [workload, profiles, protocols, methods, scheme, partitions, clients, samples,
        concentration, rounds, share, epochs, batch, candidates, rate, epsilon, dropOut, stragglers, server, vote, voteMargin,
        average, trim, compressions, dgcMomentum, warmUp, attackers, attack, start, seeds, evaluations,
        target];

    /// <summary>Adds argument and options to a command.</summary>
    public void AddTo(Command command)
    {
        file.AddTo(command);
        foreach (Option option in All)
            command.Options.Add(option);
    }

    /// <summary>The study that is asked for.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="folder">The folder of results, whose study counts where the command line says nothing.</param>
    /// <exception cref="InputException">A file cannot be read, or has faults, or a word is none of those accepted.</exception>
    public Federation Read(ParseResult parsed, string folder)
    {
        Federation basis = file.Read(parsed, All, folder, Default);
        return basis with
        {
            Workload = parsed.GetValue(workload) ?? basis.Workload,
            Profiles = StudyFile.Given(parsed, profiles) ?? basis.Profiles,
            Protocols = StudyFile.Words(parsed, protocols, basis.Protocols),
            Methods = StudyFile.Given(parsed, methods) ?? basis.Methods,
            Scheme = parsed.GetValue(scheme) ?? basis.Scheme,
            Partitions = StudyFile.Words(parsed, partitions, basis.Partitions),
            Clients = parsed.GetValue(clients) ?? basis.Clients,
            Samples = parsed.GetValue(samples) ?? basis.Samples,
            ConcentrationPerClass = parsed.GetValue(concentration) ?? basis.ConcentrationPerClass,
            Rounds = parsed.GetValue(rounds) ?? basis.Rounds,
            Share = parsed.GetValue(share) ?? basis.Share,
            LocalEpochs = parsed.GetValue(epochs) ?? basis.LocalEpochs,
            Batch = parsed.GetValue(batch) ?? basis.Batch,
            Candidates = parsed.GetValue(candidates) ?? basis.Candidates,
            LearningRate = parsed.GetValue(rate) ?? basis.LearningRate,
            Epsilon = parsed.GetValue(epsilon) ?? basis.Epsilon,
            DropOut = parsed.GetValue(dropOut) ?? basis.DropOut,
            Stragglers = parsed.GetValue(stragglers) ?? basis.Stragglers,
            Server = StudyFile.Word<ServerNumbers>(parsed, server) ?? basis.Server,
            Vote = StudyFile.Word<VoteRule>(parsed, vote) ?? basis.Vote,
            VoteMargin = parsed.GetValue(voteMargin) ?? basis.VoteMargin,
            Average = StudyFile.Word<AverageRule>(parsed, average) ?? basis.Average,
            Trim = parsed.GetValue(trim) ?? basis.Trim,
            Compressions = StudyFile.Given(parsed, compressions) ?? basis.Compressions,
            DgcMomentum = parsed.GetValue(dgcMomentum) ?? basis.DgcMomentum,
            WarmUpRounds = parsed.GetValue(warmUp) ?? basis.WarmUpRounds,
            Attackers = parsed.GetValue(attackers) ?? basis.Attackers,
            Attack = StudyFile.Word<Attack>(parsed, attack) ?? basis.Attack,
            Start = StudyFile.Word<FirstWeights>(parsed, start) ?? basis.Start,
            Seeds = parsed.GetValue(seeds) ?? basis.Seeds,
            Evaluations = parsed.GetValue(evaluations) ?? basis.Evaluations,
            Target = parsed.GetValue(target) ?? basis.Target,
        };
    }
}
