using System.Collections.Immutable;
using System.CommandLine;
using System.Globalization;
using NpuSim.Accelerators.Profiles;
using NpuSim.Cli.Terminal;
using NpuSim.Reports;
using NpuSim.Reports.Studies;
using NpuSim.Reports.Tables;
using NpuSim.Simulator.Execution;
using NpuSim.Simulator.Studies;
using NpuSim.Workloads.Data;
using NpuSim.Workloads.Data.Corruptions;
using NpuSim.Workloads.Tasks;
using NpuSim.Yaml;

namespace NpuSim.Cli.Commands;

/// <summary>npusim study corruptions: every method adapted to each corruption of a workload's own images.</summary>
internal sealed class CorruptionsCommand
{
    private static readonly string[] AllKinds = [.. YamlWords.All<CorruptionKind>().Skip(1)]; // without none

    private readonly StudyOptions study = new();
    private readonly Option<string> profile =
        new("--profile", "-p") { Description = "Hardware profile.", DefaultValueFactory = _ => "systolic-int8-16x16" };
    private readonly Option<string[]> kinds = new("--kind")
    {
        Description = $"Corruptions: {string.Join(", ", AllKinds)}; default: all.",
        AllowMultipleArgumentsPerToken = true,
    };

    private readonly Option<string[]> severities = new("--severity")
    {
        Description = "Severities, 1 to 5.",
        AllowMultipleArgumentsPerToken = true,
        DefaultValueFactory = _ => ["1", "3", "5"],
    };

    private readonly Option<int?> seeds =
        WholeNumber.Option(["--seeds"], "Number of runs per method; default: the workload's seeds.", 1, 1000);
    private readonly Option<int?> steps = WholeNumber.Option(["--steps"], "Training steps; default: the workload's.", 1);
    private readonly OutputFolder output = new("npusim-corruptions", "corruptions.svg, corruptions.md and corruptions.csv");
    private readonly Option<int?> threads =
        WholeNumber.Option(["--threads"], "Runs at the same time; default: one per processor core.", 1, 1024);
    private readonly Option<string> backend = BackendOption.Create();

    private CorruptionsCommand()
    {
    }

    public static Command Create()
    {
        CorruptionsCommand corruptions = new();
        Command command = new("corruptions",
            "Adapts to each corruption of CIFAR-10-C at several severities and compares the methods' means.");
        foreach (Option option in new Option[]
        {
            corruptions.study.Workload, corruptions.study.Data, corruptions.profile, corruptions.study.Methods,
                corruptions.study.Schemes, corruptions.kinds,
            corruptions.severities, corruptions.seeds, corruptions.steps, corruptions.output.Folder, corruptions.output.Overwrite,
            corruptions.output.Resume, corruptions.threads, corruptions.backend,
        })
            command.Options.Add(option);
        command.SetAction((parsed, cancellation) => Task.FromResult(corruptions.Run(parsed, cancellation)));
        return command;
    }

    private int Run(ParseResult parsed, CancellationToken cancellation)
    {
        string name = OutputFolder.Of(parsed.GetValue(output.Folder)!).ToString();
        Workload workload = WorkloadMethods.Load(parsed.GetValue(study.Workload)!)
            .With(parsed.GetValue(seeds), parsed.GetValue(steps));
        ImmutableArray<(CorruptionKind, int)> corruptions = Corruptions(parsed);
        using FixedPointBackend where = BackendOption.Open(parsed.GetValue(backend)!);
        StudyRequest request = new(
            [ShippedProfiles.Find(parsed.GetValue(profile)!)], [.. study.ReadMethods(parsed).Select(workload.Configure)],
            study.ReadSchemes(parsed),
            workload.Seeds, workload.Settings, parsed.GetValue(threads) ?? Environment.ProcessorCount)
        { Backend = where };
        using StudyFolder target = output.Open(parsed, CorruptionSet.FileName);
        using TrainingJournal journal = TrainingJournal.In(target);

        using StudyProgress progress = new(quiet: false);
        (ImmutableArray<CorruptedRun> runs, bool isComplete, ImmutableArray<Exception> defects) =
            new CorruptionStudy(workload, parsed.GetValue(study.Data), request with { Store = journal.Store }, corruptions)
                .Run(progress.Pretraining, progress.Begin, progress.Step, cancellation);
        progress.Dispose();
        if (!isComplete && (runs.IsEmpty || File.Exists(Path.Combine(name, CorruptionSet.FileName))))
            return journal.Interrupted(name);
        CorruptionSet.Write(workload.Name,
            Replay.Of(parsed, study.Data, output.Folder, output.Overwrite, output.Resume, threads, backend), runs,
            isComplete, target);
        int cases = runs.Select(r => (r.Kind, r.Severity)).Distinct().Count();
        Console.WriteLine(
            $"{workload.Name} on {request.Profiles[0].Name}: {cases} of {corruptions.Length} corruptions and severities, "
            + $"{workload.Seeds.Length} seeds, {workload.Adapt.Steps} steps of {workload.Adapt.Batch} samples");
        Console.WriteLine();
        TextTable.Write(CorruptionTables.Means, CorruptionMean.Of(runs), Console.Out);
        foreach (CorruptedRun run in runs)
        {
            foreach (string reason in run.Run.FaultReasons())
                Console.WriteLine(
                    $"{YamlWords.Of(run.Kind)} {run.Severity}, {CorruptionMean.Name(run.Run)} {run.Run.Scheme}: {reason}");
        }

        Console.WriteLine();
        Console.WriteLine($"written: {Path.Combine(name, "corruptions.md")}, corruptions.csv, corruptions.svg");
        int code = Defects.Report(defects);
        return isComplete ? code : journal.Interrupted(name);
    }

    private ImmutableArray<(CorruptionKind Kind, int Severity)> Corruptions(ParseResult parsed)
    {
        string[] named = parsed.GetValue(kinds) is { Length: > 0 } given ? given : AllKinds;
        return
        [
            .. from severity in StudyOptions.Distinct(parsed.GetValue(severities)!.Select(Severity), s => $"{s}", "severity")
               from kind in StudyOptions.Distinct(named.Select(Kind), YamlWords.Of, "kind")
               select (kind, severity),
        ];
    }

    private static CorruptionKind Kind(string word) =>
        YamlWords.Find<CorruptionKind>(word) is { } kind and not CorruptionKind.None ? kind
        : throw new InputException(
            $"--kind {word}: accepted is one of {string.Join(", ", AllKinds)}{Suggestion.For(word, AllKinds)}");

    private static int Severity(string text) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int severity)
        && severity is >= 1 and <= Corruption.MostSevere ? severity
        : throw new InputException($"--severity {text}: accepted is 1 to {Corruption.MostSevere}");
}
