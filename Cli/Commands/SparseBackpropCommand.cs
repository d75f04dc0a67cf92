using System.CommandLine;
using NpuSim.Accelerators.Profiles;
using NpuSim.Cli.Terminal;
using NpuSim.Reports.Json;
using NpuSim.Reports.Tables;
using NpuSim.Reports.Text;
using NpuSim.Simulator.Methods;
using NpuSim.Simulator.Studies;
using NpuSim.Workloads.Schemes;
using NpuSim.Workloads.Tasks;

namespace NpuSim.Cli.Commands;

/// <summary>npusim study sparse-backprop: what each layer contributes, and the best choice of layers under a memory
/// limit.</summary>
internal static class SparseBackpropCommand
{
    private const int DefaultSteps = 100, DefaultGenerations = 40;

    private static readonly Table<LayerContribution> Contributions = new("Contributions",
        new("Layer", c => c.Layer.Layer),
        new("Share of channels", c => c.Layer.Share == 0 ? "bias alone" : c.Layer.Share.ToString("P0")),
        new("Gain (points)", c => 100 * c.Gain, Format: "F1", Text: c => double.IsFinite(c.Gain)
            ? FormattableString.Invariant($"{100 * c.Gain:F1}") : "diverged"),
        new("Scratch", c => c.ArenaBytes, "B", "bytes"));

    public static Command Create()
    {
        StudyOptions study = new();
        Option<string> method = new("--method",
            "-m")
        {
            Description = "Backpropagation in floating point, switches included.",
            DefaultValueFactory = _ => "bp:fp32+compact"
        };
        Option<string> profile = new("--profile",
            "-p")
        {
            Description = "Hardware profile, for the alignment of its memory.",
            DefaultValueFactory = _ => "systolic-int8-16x16"
        };
        Option<string?> memory = new("--memory") { Description = "Most scratch memory of a step, as '96 KiB'; default: inference and a quarter of what full backpropagation takes beyond it." };
        Option<int?> steps = WholeNumber.Option(["--steps"], $"Steps of every training; default: {DefaultSteps}.", 1);
        Option<int?> generations = WholeNumber.Option(["--generations"],
            $"Generations of the search; default: {DefaultGenerations}.", 0, 10000);
        Option<int?> seed = WholeNumber.Option(["--seed"], "Seed of trainings and search; default: 1.", 0);
        Option<bool> json = new("--json")
        {
            Description =
            "Print the result as JSON (docs/sparse-backprop.schema.json), and nothing else."
        };
        Option<int?> threads = WholeNumber.Option(["--threads"],
            "Trainings at the same time; default: one per processor core.", 1, 1024);
        TrainingJournal.Options journal = new();
        Command command = new("sparse-backprop",
            "Measures what each layer contributes when it alone trains, then searches the best choice of layers and channels under a memory limit.");
        foreach (Option option in new Option[] { study.Workload, study.Data, method, profile, memory, steps, generations, seed,
            json, threads, journal.Folder, journal.Overwrite, journal.Resume })
            command.Options.Add(option);
        command.SetAction((parsed, cancellation) => Task.FromResult(Run(
            WorkloadMethods.Load(parsed.GetValue(study.Workload)!), parsed.GetValue(study.Data), parsed.GetValue(method)!,
            parsed.GetValue(steps) ?? DefaultSteps,
            (bp, settings) => new(
                bp, settings, (ulong)(parsed.GetValue(seed) ?? 1), Limit(parsed.GetValue(memory)),
                parsed.GetValue(generations) ?? DefaultGenerations,
                ShippedProfiles.Find(parsed.GetValue(profile)!).Memory.AlignmentBytes,
                parsed.GetValue(threads) ?? Environment.ProcessorCount),
            parsed.GetValue(json), parsed, journal, cancellation)));
        return command;
    }

    private static int Run(
        Workload workload, string? data, string method, int steps,
        Func<Backpropagation, TrainingSettings, SparseBackpropRequest> ask, bool json,
        ParseResult parsed, TrainingJournal.Options options, CancellationToken cancellation)
    {
        workload = workload with { Adapt = workload.Adapt with { Steps = steps } };
        if (workload.Configure(Method.Parse(method)) is not Backpropagation { Activities: null } bp)
            throw new InputException($"--method {method}: accepted is backpropagation, such as bp:fp32+compact.");
        SparseBackpropRequest request = ask(bp, workload.Settings(bp, SparseLayers.Of([new("head", 1)])));
        using TrainingJournal? journal = options.Open(parsed);
        request = request with { Store = journal?.Store };
        using StudyProgress progress = new(quiet: json);
        WorkloadSetup setup = WorkloadSetup.Open(workload, data, progress.Pretraining, cancellation);
        SparseBackpropStudy study = new(setup.Bench, request);
        progress.Begin(study.TotalSteps);
        SparseBackpropResult result;
        try
        {
            result = study.Run(progress.Step, cancellation);
        }
        catch (OperationCanceledException) when (journal is not null)
        {
            progress.Dispose();
            return journal.Interrupted(parsed.GetValue(options.Folder)!);
        }

        progress.Dispose();
        if (json)
            WriteJson(workload, request, result);
        else
            Write(workload, request, result);
        return ExitCode.Done;
    }

    private static void WriteJson(Workload workload, SparseBackpropRequest request, SparseBackpropResult result)
    {
        using Stream output = Console.OpenStandardOutput();
        SparseBackpropJson.Write(workload.Name, request, result, output);
    }

    private static void Write(Workload workload, SparseBackpropRequest request, SparseBackpropResult result)
    {
        Console.WriteLine($"{workload.Name}, {request.Method}, batch {workload.Adapt.Batch}, {request.Settings.Steps} steps: {result.ZeroShot:P1} before training");
        Console.WriteLine();
        TextTable.Write(Contributions, result.Contributions, Console.Out);
        Console.WriteLine();
        Console.WriteLine($"memory: inference {Quantity.Bytes(result.InferenceBytes)}, full backpropagation {Quantity.Bytes(result.Full.ArenaBytes)}, limit {Quantity.Bytes(result.MemoryBytes)}");
        Console.WriteLine($"{result.Full.Scheme}: {Accuracy(result.Full)} in {Quantity.Bytes(result.Full.ArenaBytes)}");
        Console.WriteLine(result.Best is { } best
            ? $"{best.Scheme}: {Accuracy(best)} in {Quantity.Bytes(best.ArenaBytes)}, "
                + $"{(double)(result.Full.ArenaBytes - result.InferenceBytes) / Math.Max(1, best.ArenaBytes - result.InferenceBytes):F1} times less beyond inference"
            : "no layer fits the limit: raise --memory");
    }

    private static string Accuracy(TrainedScheme trained) => double.IsFinite(trained.Accuracy)
        ? $"{trained.Accuracy:P1}" : "diverged";

    private static long? Limit(string? text) => text is null ? null : SizeText.Bytes(text)
        ?? throw new InputException($"--memory '{text}': accepted is a size such as '96 KiB' in {SizeText.Units}.");
}
