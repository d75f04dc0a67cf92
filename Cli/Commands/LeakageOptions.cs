using System.Collections.Immutable;
using System.CommandLine;
using NpuSim.Simulator.Methods;
using NpuSim.Simulator.Studies.Leakage;

namespace NpuSim.Cli.Commands;

/// <summary>What says which attacks a study of leakage has: a file, options, or a file with options instead of some of its
/// keys.</summary>
internal sealed class LeakageOptions
{
    private static readonly Leakage Default = new("glyphs-sigmoid");

    private readonly StudyFile<Leakage> file = new("Path of a STUDY.yaml; options stand in place of its keys (docs/leakage.md).");
    private readonly Option<string?> workload = new("--workload", "-w")
    {
        Description = "Network and images: a workload or its file; default: glyphs-sigmoid.",
    };

    private readonly Option<string?> scheme = new("--scheme", "-s")
    {
        Description = "Which parameters train: messages hold the gradients of these; default: ft.",
    };

    private readonly Option<string[]> weights = StudyFile.Several("--weights",
        $"What the network has learnt when the message is sent: {StudyFile.Words<AttackedWeights>()}; default: uniform.");
    private readonly Option<string[]> messages = StudyFile.Several("--message",
        $"What a client tells of its batch: {LeakageMessage.Accepted}; default: gradient vote:3 random.");
    private readonly Option<string[]> defences = StudyFile.Several("--defence",
        $"What it does to the message: {LeakageDefence.Accepted}; default: none.");
    private readonly Option<string[]> attacks = StudyFile.Several("--attack",
        $"How the server searches for the images: {StudyFile.Words<AttackKind>()}; default: all but dlg.");
    private readonly Option<int[]> batches = new("--batch", "-b")
    {
        Description = "Images behind a message, 1 to 16; default: 1.",
        AllowMultipleArgumentsPerToken = true,
    };

    private readonly Option<int?> samples = WholeNumber.Option(["--samples"],
        "Messages of each kind, each of images of its own; default: 2.", 1, 10_000);
    private readonly Option<int?> iterations = WholeNumber.Option(["--iterations"],
        "Steps of a search; default: 400.", 1, 1_000_000);
    private readonly Option<int?> starts = WholeNumber.Option(["--starts"],
        "Searches for a message, of which that with the smallest distance counts; default: 2.", 1, 100);
    private readonly Option<double?> variation = RealNumber.Share("--total-variation",
        "Weight of the total variation in searches by Adam; default: 0.01.");
    private readonly Option<double?> rate = RealNumber.Positive("--learning-rate",
        "Learning rate of the local steps of fedavg; default: 0.1.", 1000);
    private readonly Option<double?> epsilon = RealNumber.Positive("--epsilon",
        "Size of the perturbation of signs and scalars; default: 0.001.", 1);
    private readonly Option<string[]> methods = StudyFile.Several("--method",
        $"Methods whose trained weights are audited for membership: {string.Join(", ", Method.All)} (docs/methods.md); "
            + "default: none.",
        "-m");
    private readonly Option<string?> profile = new("--profile", "-p")
    {
        Description = "Profile whose arithmetic audited methods in fixed point use; default: systolic-int8-16x16.",
    };

    private readonly Option<int?> steps = WholeNumber.Option(["--steps"],
        "Training steps of an audited method; default: the workload's.", 1, 1_000_000_000);
    private readonly Option<int?> audits = WholeNumber.Option(["--audits"],
        "Audits on the way, evenly spread; default: 4.", 1, 1000);
    private readonly Option<int?> seed = WholeNumber.Option(["--seed"],
        "Seed of images, starts, directions, noise and trainings; default: 1.", 0);

    private IReadOnlyList<Option> All => [workload, scheme, weights, messages, defences, attacks, batches, samples, iterations,
        starts, variation, rate, epsilon, methods, profile, steps, audits, seed];

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
    public Leakage Read(ParseResult parsed, string folder)
    {
        Leakage basis = file.Read(parsed, All, folder, Default);
        return basis with
        {
            Workload = parsed.GetValue(workload) ?? basis.Workload,
            Scheme = parsed.GetValue(scheme) ?? basis.Scheme,
            Weights = StudyFile.Words(parsed, weights, basis.Weights),
            Messages = StudyFile.Given(parsed, messages) ?? basis.Messages,
            Defences = StudyFile.Given(parsed, defences) ?? basis.Defences,
            Attacks = StudyFile.Words(parsed, attacks, basis.Attacks),
            Batches = StudyFile.Given(parsed, batches) ?? basis.Batches,
            Samples = parsed.GetValue(samples) ?? basis.Samples,
            Iterations = parsed.GetValue(iterations) ?? basis.Iterations,
            Starts = parsed.GetValue(starts) ?? basis.Starts,
            TotalVariation = parsed.GetValue(variation) ?? basis.TotalVariation,
            LearningRate = parsed.GetValue(rate) ?? basis.LearningRate,
            Epsilon = parsed.GetValue(epsilon) ?? basis.Epsilon,
            Methods = StudyFile.Given(parsed, methods) ?? basis.Methods,
            Profile = parsed.GetValue(profile) ?? basis.Profile,
            Steps = parsed.GetValue(steps) ?? basis.Steps,
            Audits = parsed.GetValue(audits) ?? basis.Audits,
            Seed = (ulong?)parsed.GetValue(seed) ?? basis.Seed,
        };
    }
}
