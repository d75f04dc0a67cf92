using System.Collections.Immutable;
using System.CommandLine;
using System.Diagnostics;
using NpuSim.Accelerators.Profiles;
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
            Description = "What is equal for all methods: samples (the workload's steps for each) or cycles (as many steps as fit the cycles in which "
                + "the first method does the workload's, on the same profile in the same scheme).",
            DefaultValueFactory = _ => "samples",
        };
        Option<string> folder = new("--out", "-o")
        {
            Description = "Folder of results and report.",
            DefaultValueFactory = _ => "npusim-out"
        };
        Option<bool> overwrite = new("--overwrite") { Description = "Replace results that the folder holds." };
        Option<bool> json = new("--json") { Description = "Print results.json on standard output, and nothing else there." };
        Option<int?> threads = WholeNumber.Option(["--threads"], "Runs at the same time; default: one per processor core.", 1,
            1024);
        Option<string> backend = BackendOption.Create();
        Command command = new("compare",
            "Compares training methods on hardware profiles: accuracy, scratch memory, cycles, energy.");
        study.AddTo(command);
        foreach (Option option in new Option[] { seeds, steps, budget, folder, overwrite, json, threads, backend })
            command.Options.Add(option);
        command.SetAction((parsed, cancellation) => Task.FromResult(Run(
            study, parsed, parsed.GetValue(seeds), parsed.GetValue(steps), BudgetOf(parsed.GetValue(budget)!), parsed.GetValue(folder)!, parsed.GetValue(overwrite),
            parsed.GetValue(json), parsed.GetValue(threads) ?? Environment.ProcessorCount, parsed.GetValue(backend)!,
            Replay.Of(parsed, study.Data, folder, overwrite, json, threads, backend), cancellation)));
        return command;
    }

    private static int Run(
        StudyOptions study, ParseResult parsed, int? seedCount, int? steps, Budget budget, string folder, bool overwrite, bool json, int threads,
        string backendName, string replay, CancellationToken cancellation)
    {
        DirectoryInfo target = OutputFolder.Of(folder);
        Workload workload = WorkloadMethods.Load(parsed.GetValue(study.Workload)!).With(seedCount, steps);
        ImmutableArray<HardwareProfile> profiles = study.ReadProfiles(parsed);
        using FixedPointBackend backend = BackendOption.Open(backendName);
        StudyRequest request = new(
            profiles, [.. study.ReadMethods(parsed).Select(workload.Configure)], study.ReadSchemes(parsed), workload.Seeds,
                workload.Settings,
            threads)
        { Backend = backend, Budget = budget };
        ReportSet.Prepare(target, overwrite);

        Stopwatch clock = Stopwatch.StartNew();
        using StudyProgress progress = new(quiet: json);
        WorkloadSetup setup = WorkloadSetup.Open(workload, parsed.GetValue(study.Data), progress.Pretraining, cancellation);
        CompareStudy compare = new(request, setup.Bench);
        progress.Begin(compare.TotalSteps);
        ImmutableArray<RunResult> runs = compare.Run(progress.Step, cancellation);
        progress.Dispose();

        HostTimings host = new(Math.Round(clock.Elapsed.TotalSeconds, 1), request.Threads, Processor.Describe(backend.Name));
        StudyResult result = setup.Describe(request, replay, runs, host);
        ReportSet.Write(result, target, overwrite);
        if (json)
            WriteJson(result);
        else
            ResultTable.Write(result, target);
        return cancellation.IsCancellationRequested ? ExitCode.Interrupted : ExitCode.Done;
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
