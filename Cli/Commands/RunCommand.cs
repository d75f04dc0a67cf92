using System.CommandLine;
using NpuSim.Accelerators.Numerics;
using NpuSim.Accelerators.Profiles;
using NpuSim.Cli.Runs;
using NpuSim.Cli.Terminal;
using NpuSim.Reports;
using NpuSim.Simulator.Execution;
using NpuSim.Simulator.Memory;
using NpuSim.Simulator.Methods;
using NpuSim.Simulator.Studies;
using NpuSim.Workloads.Schemes;
using NpuSim.Workloads.Tasks;

namespace NpuSim.Cli.Commands;

/// <summary>npusim run: one training run, which can be stopped and resumed, or the search for its step sizes.</summary>
internal sealed class RunCommand
{
    private const double MostStep = 1_000_000;

    private readonly Option<string> workload = new("--workload", "-w")
    {
        Description = "Shipped workload or path of a workload file (npusim workload list).",
        DefaultValueFactory = _ => "glyphs-cnn",
    };

    private readonly Option<string[]> changes = SetOption.Create();
    private readonly Option<string> profile = new("--profile", "-p")
    {
        Description = "Hardware profile: a shipped name or path of a YAML file (npusim profile list).",
        Required = true,
    };

    private readonly Option<string> method = new("--method", "-m")
    {
        Description = "Training method with switches, as qzo-ff:16w8a+m3 (docs/methods.md).",
        Required = true,
    };

    private readonly Option<string> scheme = new("--scheme", "-s")
    {
        Description = "Which parameters train (docs/schemes.md).",
        DefaultValueFactory = _ => "ft",
    };

    private readonly Option<int?> seed = WholeNumber.Option(["--seed"], "Seed of the run; default: the workload's first.", 0);
    private readonly Option<int?> steps =
        WholeNumber.Option(["--steps"], "Training steps; default: the workload's, with --tune a quarter of them.", 1);
    private readonly Option<double?> rate =
        RealNumber.Positive("--rate", "Learning rate η of the first step; default: the workload's.", MostStep);
    private readonly Option<double?> epsilon =
        RealNumber.Positive("--epsilon", "ε, size of the probing perturbation; default: the workload's.", MostStep);
    private readonly Option<string?> checkpoint = new("--checkpoint")
    {
        Description = "File that keeps the state of the run: at the end, when interrupted, and as --checkpoint-every says.",
    };

    private readonly Option<int?> every = WholeNumber.Option(["--checkpoint-every"], "Steps from one checkpoint to the next.", 1);
    private readonly Option<bool> resume =
        new("--resume")
        {
            Description =
            "Go on from the state that --checkpoint keeps, or with --tune from the points that --journal keeps."
        };
    private readonly Option<bool> overwrite =
        new("--overwrite") { Description = "Replace what --checkpoint, or with --tune --journal, holds." };
    private readonly Option<string?> journal =
        new("--journal") { Description = "With --tune: folder that keeps finished points, so that --resume goes on with them." };
    private readonly Option<bool> tune = new("--tune")
    {
        Description = "Instead of the run: short ones on a small grid of ε and η, in fixed point in multiples of Δw.",
    };

    private readonly Option<string> backend = BackendOption.Create();

    private readonly Option<string?> data = new("--data")
    {
        Description = "Folder of the data sets; default: the environment variable NPUSIM_DATA.",
    };

    public static Command Create()
    {
        RunCommand run = new();
        Command command =
            new("run", "Trains by one method on one profile: loss curve, accuracy, cost; can be stopped and resumed.");
        Option[] options =
        [
            run.workload, run.profile, run.changes, run.method, run.scheme, run.seed, run.steps, run.rate, run.epsilon,
                run.checkpoint, run.every, run.resume,
            run.overwrite, run.journal,
            run.tune, run.backend, run.data,
        ];
        foreach (Option option in options)
            command.Options.Add(option);
        command.SetAction((parsed, cancellation) => Task.FromResult(run.Run(parsed, cancellation)));
        return command;
    }

    private int Run(ParseResult parsed, CancellationToken cancellation)
    {
        Workload task = WorkloadMethods.Load(parsed.GetValue(workload)!);
        HardwareProfile npu = SetOption.Find(parsed.GetValue(profile)!, parsed.GetValue(changes));
        Method how = task.Configure(Method.Parse(parsed.GetValue(method)!));
        TuningScheme what = TuningScheme.Parse(parsed.GetValue(scheme)!);
        bool searches = parsed.GetValue(tune);
        int length = parsed.GetValue(steps) ?? (searches ? Math.Max(1, task.Adapt.Steps / 4) : task.Adapt.Steps);
        task = task with { Adapt = task.Adapt with { Steps = length } };
        TrainingSettings settings = task.Settings(how, what);
        settings = settings with
        {
            LearningRate = parsed.GetValue(rate) ?? settings.LearningRate,
            Epsilon = parsed.GetValue(epsilon) ?? settings.Epsilon,
        };
        string? file = parsed.GetValue(checkpoint);
        if (file is "")
            throw new InputException("--checkpoint '': accepted is the name of a file.");
        if (!searches && parsed.GetValue(journal) is not null)
            throw new InputException("--journal needs --tune; one run is kept by --checkpoint FILE.");
        if (!searches && file is null && new Option[] { resume, every, overwrite }.FirstOrDefault(o =>
            parsed.GetResult(o) is { Implicit: false }) is { } lone)
            throw new InputException($"{lone.Name} needs --checkpoint FILE.");
        if (searches && file is not null)
            throw new InputException("--tune and --checkpoint are given both; accepted is one of them.");

        FolderUse use = OutputFolder.Use(parsed, overwrite, resume);
        if (file is not null && use != FolderUse.Resume)
            OutputFile.Require(file, use == FolderUse.Overwrite);
        Tuning tuning = what.Tune(WorkloadSetup.ModelOf(task).Build(task.Adapt.Batch));
        how = MicroBatch.Resolved(npu, tuning, how);
        Step step = Step.Of(npu, tuning, how);
        RunResult cost = StepCost.Of(step, tuning.TrainedCount, how, what, npu);
        NumericPolicy? policy = how.Operands.IsFixedPoint ? npu.Numerics : null;
        if (cost.NotRunnable is { } reason && policy is not null)
            throw new InputException($"{how} does not run on {npu.Name}: {reason}");
        using TrainingJournal? points = searches ? new TrainingJournal.Options(journal, overwrite, resume).Open(parsed) : null;
        using FixedPointBackend where = BackendOption.Open(parsed.GetValue(backend)!);
        using StudyProgress progress = new(quiet: false);
        WorkloadSetup setup = WorkloadSetup.Open(task, parsed.GetValue(data), progress.Pretraining, cancellation);
        ulong first = (ulong?)parsed.GetValue(seed) ?? task.Seeds[0];
        SingleRun run = new(setup, npu, how, what, settings, policy, first, step, cost, where);
        return searches
            ? Search(run, points, parsed, progress, cancellation)
            : RunReport.Run(run, file, parsed.GetValue(every) ?? 0, parsed.GetValue(resume), progress, cancellation);
    }

    private int Search(SingleRun run, TrainingJournal? points, ParseResult parsed, StudyProgress progress,
        CancellationToken cancellation)
    {
        try
        {
            return StepSizeReport.Run(run, points, progress, cancellation);
        }
        catch (OperationCanceledException) when (points is not null)
        {
            progress.Dispose();
            return points.Interrupted(parsed.GetValue(journal)!);
        }
    }
}
