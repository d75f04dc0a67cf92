using System.Collections.Immutable;
using System.CommandLine;
using NpuSim.Accelerators.Numerics;
using NpuSim.Accelerators.Profiles;
using NpuSim.Cli.Terminal;
using NpuSim.Reports;
using NpuSim.Reports.Tables;
using NpuSim.Simulator.Memory;
using NpuSim.Simulator.Methods;
using NpuSim.Simulator.Studies;
using NpuSim.Workloads.Schemes;
using NpuSim.Workloads.Tasks;

namespace NpuSim.Cli.Commands;

/// <summary>npusim study landscape: the loss around what methods train to, and the way that each takes.</summary>
internal sealed class LandscapeCommand
{
    private const int DefaultPoints = 20, DefaultSamples = 256, DefaultGrid = 15;

    private static readonly Table<Trajectory> Ways = new("Trajectories",
        new("Method", t => t.Method),
        new("Before (%)", t => 100 * t.ZeroShot, Format: "F1"),
        new("After (%)", t => 100 * t.Final, Format: "F1"),
        new("Loss before", t => t.Points[0].Loss, Format: "F3"),
        new("Loss after", t => t.Points[^1].Loss, Format: "F3"),
        new("Travelled", t => t.Travelled, Format: "F3"),
        new("Displacement", t => t.Displacement, Format: "F3"),
        new("In plane (%)", t => 100 * t.InPlane, Format: "F1"));

    private readonly StudyOptions study = new();
    private readonly Option<string> profile = new("--profile", "-p")
    {
        Description = "Hardware profile whose arithmetic fixed-point methods use.",
        DefaultValueFactory = _ => "systolic-int8-16x16",
    };

    private readonly Option<string[]> methods = new("--method", "-m")
    {
        Description = "Training methods; the plane goes through the end of the first.",
        AllowMultipleArgumentsPerToken = true,
        DefaultValueFactory = _ => ["bp:fp32", "qzo-ff:16w8a"],
    };

    private readonly Option<string> scheme =
        new("--scheme", "-s") { Description = "Which parameters train.", DefaultValueFactory = _ => "ft" };
    private readonly Option<int?> steps = WholeNumber.Option(["--steps"], "Training steps; default: the workload's.", 1);
    private readonly Option<int?> points =
        WholeNumber.Option(["--points"], $"Points of a trajectory, about; default: {DefaultPoints}.", 1, 1000);
    private readonly Option<int?> samples =
        WholeNumber.Option(["--samples"], $"Training samples that the loss is measured on; default: {DefaultSamples}.", 1);
    private readonly Option<int?> grid =
        WholeNumber.Option(["--grid"], $"Points of the grid along each side; default: {DefaultGrid}.", 2, 500);
    private readonly Option<int?> seed = WholeNumber.Option(["--seed"], "Seed of trainings and samples; default: 1.", 0);
    private readonly OutputFolder output = new("npusim-landscape", "landscape.svg and landscape.json");
    private readonly Option<int?> threads =
        WholeNumber.Option(["--threads"], "Threads; default: one per processor core.", 1, 1024);

    private LandscapeCommand()
    {
    }

    public static Command Create()
    {
        LandscapeCommand landscape = new();
        Command command = new("landscape",
            "Draws the loss over the plane of weight space that shows best how each method trains.");
        foreach (Option option in new Option[]
        {
            landscape.study.Workload, landscape.study.Data, landscape.profile, landscape.methods, landscape.scheme,
                landscape.steps, landscape.points,
            landscape.samples, landscape.grid, landscape.seed, landscape.output.Folder, landscape.output.Overwrite,
            landscape.output.Resume, landscape.threads,
        })
            command.Options.Add(option);
        command.SetAction((parsed, cancellation) => Task.FromResult(landscape.Run(parsed, cancellation)));
        return command;
    }

    private int Run(ParseResult parsed, CancellationToken cancellation)
    {
        string name = OutputFolder.Of(parsed.GetValue(output.Folder)!).ToString();
        Workload workload = WorkloadMethods.Load(parsed.GetValue(study.Workload)!).With(seeds: null, parsed.GetValue(steps));
        if (workload.Adapt.FewShot is not null)
            throw new InputException(
                $"workload {workload.Name}: few-shot episodes are many trainings; accepted is a workload without few-shot.");
        HardwareProfile npu = ShippedProfiles.Find(parsed.GetValue(profile)!);
        TuningScheme what = TuningScheme.Parse(parsed.GetValue(scheme)!);
        ImmutableArray<Method> how = [.. parsed.GetValue(methods)!.Select(Method.Parse).Select(workload.Configure)];
        LandscapeRequest request = new(
            [.. how.Select(m => new LandscapeMethod(m, workload.Settings(m, what), PolicyOf(m, npu)))], what,
            (ulong)(parsed.GetValue(seed) ?? 1),
            Math.Max(1, workload.Adapt.Steps / (parsed.GetValue(points) ?? DefaultPoints)),
            parsed.GetValue(samples) ?? DefaultSamples,
            parsed.GetValue(grid) ?? DefaultGrid, parsed.GetValue(threads) ?? Environment.ProcessorCount);
        using StudyFolder target = output.Open(parsed, LandscapeSet.FileName);
        using TrainingJournal journal = TrainingJournal.In(target);

        using StudyProgress progress = new(quiet: false);
        WorkloadSetup setup = WorkloadSetup.Open(workload, parsed.GetValue(study.Data), progress.Pretraining, cancellation);
        Tuning tuning = what.Tune(setup.Bench.Graph);
        request = request with
        {
            Methods = [.. request.Methods.Select(m => m with { Method = MicroBatch.Resolved(npu, tuning, m.Method) })
                .Select(m => m with { Step = Step.Of(npu, tuning, m.Method) })],
        };
        foreach (LandscapeMethod method in request.Methods.Where(m => m.Policy is not null))
        {
            if (PlanReading.Of(method.Step!, npu).NotRunnable is { } reason)
                throw new InputException($"{method.Method} does not run on {npu.Name}: {reason}");
        }

        LandscapeStudy landscape = new((TrainingBench)setup.Bench, request) { Store = journal.Store };
        progress.Begin(landscape.TotalSteps);
        LandscapeResult result;
        try
        {
            result = landscape.Run(progress.Step, cancellation);
        }
        catch (OperationCanceledException)
        {
            progress.Dispose();
            return journal.Interrupted(name);
        }

        progress.Dispose();
        LandscapeSet.Write(
            new($"npusim {typeof(LandscapeStudy).Assembly.GetName().Version!.ToString(3)}",
                Replay.Of(parsed, study.Data, output.Folder, output.Overwrite, output.Resume, threads), workload.Name,
                npu.Name, request, result),
            target);
        Console.WriteLine(
            $"{workload.Name}, {what.Name}, batch {workload.Adapt.Batch}, {workload.Adapt.Steps} steps, seed {request.Seed}; "
                + $"loss in fp32 on {request.Samples} samples");
        Console.WriteLine();
        TextTable.Write(Ways, result.Trajectories, Console.Out);
        Console.WriteLine();
        Console.WriteLine($"landscape: {Path.Combine(name, "landscape.svg")}");
        return ExitCode.Done;
    }

    private static NumericPolicy? PolicyOf(Method method, HardwareProfile npu) => method.Operands.IsFixedPoint
        ? npu.Numerics : null;
}
