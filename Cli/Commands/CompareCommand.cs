using System.Collections.Immutable;
using System.CommandLine;
using System.Diagnostics;
using NpuSim.Accelerators.Profiles;
using NpuSim.Cli.Terminal;
using NpuSim.Reports;
using NpuSim.Reports.Json;
using NpuSim.Simulator.Execution;
using NpuSim.Simulator.Studies;
using NpuSim.Workloads.Tasks;

namespace NpuSim.Cli.Commands;

/// <summary>npusim compare: the main job. Every method in every scheme on every profile, as a table, data and a report.</summary>
internal static class CompareCommand
{
    public static Command Create()
    {
        StudyOptions study = new();
        Option<int?> seeds = WholeNumber.Option(["--seeds"], "Number of runs per method; default: the workload's seeds.", 1,
            1000);
        Option<int?> steps = WholeNumber.Option(["--steps"], "Training steps; default: the workload's.", 1);
        Option<string> budget = new("--budget")
        {
            Description =
                "What is equal for all methods: samples (the workload's steps for each) or cycles (as many steps as fit the "
                    + "cycles in which "
                + "the first method does the workload's, on the same profile in the same scheme).",
            DefaultValueFactory = _ => "samples",
        };
        OutputFolder output = new("npusim-out", "results and report");
        Option<bool> json = new("--json") { Description = "Print results.json on standard output, and nothing else there." };
        Option<bool> quiet = new("--quiet", "-q")
        {
            Description = "Print the answer in sentences and the names of the files alone, and no progress.",
        };
        Option<int?> threads = WholeNumber.Option(["--threads"], "Runs at the same time; default: one per processor core.", 1,
            1024);
        Option<string> backend = BackendOption.Create();
        Command command = new("compare",
            "Compares training methods on hardware profiles: accuracy, scratch memory, cycles, energy.");
        study.AddTo(command);
        foreach (Option option in new Option[] { seeds, steps, budget, output.Folder, output.Overwrite, output.Resume, json,
            quiet, threads, backend })
            command.Options.Add(option);
        command.SetAction((parsed, cancellation) => Task.FromResult(Run(
            study, parsed, parsed.GetValue(seeds), parsed.GetValue(steps), BudgetOf(parsed.GetValue(budget)!), output,
            parsed.GetValue(json), parsed.GetValue(quiet), parsed.GetValue(threads) ?? Environment.ProcessorCount, parsed.GetValue(backend)!,
            Replay.Of(parsed, study.Data, output.Folder, output.Overwrite, output.Resume, json, quiet, threads, backend),
            cancellation)));
        return command;
    }

    private static int Run(
        StudyOptions study, ParseResult parsed, int? seedCount, int? steps, Budget budget, OutputFolder output,
        bool json, bool quiet, int threads,
        string backendName, string replay, CancellationToken cancellation)
    {
        string folder = OutputFolder.Of(parsed.GetValue(output.Folder)!).ToString();
        Workload workload = WorkloadMethods.Load(parsed.GetValue(study.Workload)!).With(seedCount, steps);
        ImmutableArray<HardwareProfile> profiles = study.ReadProfiles(parsed);
        using FixedPointBackend backend = BackendOption.Open(backendName);
        StudyRequest request = new(
            profiles, [.. study.ReadMethods(parsed).Select(workload.Configure)], study.ReadSchemes(parsed), workload.Seeds,
                workload.Settings,
            threads)
        { Backend = backend, Budget = budget };
        using StudyFolder target = output.Open(parsed, ResultsJson.FileName);

        Stopwatch clock = Stopwatch.StartNew();
        using StudyProgress progress = new(quiet: json || quiet);
        WorkloadSetup setup = WorkloadSetup.Open(workload, parsed.GetValue(study.Data), progress.Pretraining, cancellation);
        using TrainingJournal journal = TrainingJournal.In(target);
        CompareStudy compare = new(request with { Store = journal.Store }, setup.Bench);
        if (!json && !quiet)
            Console.WriteLine(ResultTable.Opening(request, workload));
        progress.Begin(compare.TotalSteps);
        StudyRuns runs = compare.Run(progress.Step, cancellation);
        progress.Dispose();

        HostTimings host = new(Math.Round(clock.Elapsed.TotalSeconds, 1), request.Threads, Processor.Describe(backend.Name));
        StudyResult result = setup.Describe(request, replay, runs, host);
        if (!result.IsComplete && target.HoldsCompleteResults)
        {
            Console.Error.WriteLine($"npusim: {folder} keeps the complete results that it had.");
            return journal.Interrupted(folder);
        }

        result = ReportSet.Write(result, target);
        if (json)
            WriteJson(result);
        else
            ResultTable.Write(result, folder, quiet ? null : NextStep.Of(result, replay));
        int code = Defects.Report(runs.Defects);
        return result.IsComplete ? code : journal.Interrupted(folder);
    }

    private static void WriteJson(StudyResult result)
    {
        using Stream output = Console.OpenStandardOutput();
        ResultsJson.Write(result, output);
    }

    private static Budget BudgetOf(string text) => text switch
    {
        "samples" => Budget.Samples,
        "cycles" => Budget.Cycles,
        _ => throw new InputException($"--budget '{text}': accepted is samples or cycles."),
    };
}
