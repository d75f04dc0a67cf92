using System.Globalization;
using NpuSim.Accelerators.Kernels;
using NpuSim.Cli.Terminal;
using NpuSim.Reports.Studies;
using NpuSim.Reports.Text;
using NpuSim.Simulator.Execution;
using NpuSim.Simulator.Memory;
using NpuSim.Simulator.Methods;
using NpuSim.Simulator.Studies;
using NpuSim.Simulator.Training;

namespace NpuSim.Cli.Runs;

/// <summary>Trains once and prints what came out.</summary>
internal static class RunReport
{
    private const int CurveRows = 10;

    /// <summary>Trains.</summary>
    /// <param name="run">What.</param>
    /// <param name="file">Of checkpoints; null: none.</param>
    /// <param name="every">Steps from one checkpoint to the next; 0: only at the end and when interrupted.</param>
    /// <param name="resume">True: go on from the file.</param>
    /// <param name="progress">Progress line.</param>
    /// <param name="cancellation">Ends the run between two steps.</param>
    public static int Run(SingleRun run, string? file, int every, bool resume, StudyProgress progress,
        CancellationToken cancellation)
    {
        string identity = run.Identity;
        TrainingState? from = resume ? CheckpointFile.Read(file!, identity) : null;
        int all = run.Settings.Steps * run.Setup.Bench.Trainings, kept = from is null ? 0 : Done(from);
        Checkpoints? checkpoints = file is null ? null : new(every, Keep, from);
        WorkTeam.Threads = Environment.ProcessorCount;
        progress.Begin(all - kept);
        PreparedTraining prepared = run.Prepare(run.Settings);
        try
        {
            (TrainingCurve curve, NumericsResult? numerics) = prepared.Run(run.Seed, progress.Step, cancellation, checkpoints);
            progress.Dispose();
            Print(run, curve, numerics, from is null ? null : Done(from));
            if (file is not null && curve.Divergence is null)
                Console.WriteLine($"checkpoint: {file}");
            return ExitCode.Done;
        }
        catch (OperationCanceledException) when (file is not null)
        {
            progress.Dispose();
            Console.Error.WriteLine($"npusim: interrupted after {kept} of {all} steps; --resume goes on from {file}");
            return Interruption.ExitCode;
        }

        void Keep(TrainingState state)
        {
            CheckpointFile.Write(file!, identity, state);
            kept = Done(state);
        }

        int Done(TrainingState state) => (state.Finished.Length * run.Settings.Steps) + state.Step; // of all episodes
    }

    private static void Print(SingleRun run, TrainingCurve curve, NumericsResult? numerics, int? resumed)
    {
        TrainingSettings settings = run.Settings;
        string unit = settings.InSteps ? " Δw" : "", epsilon = settings.Epsilon > 0 ? Text($", ε {settings.Epsilon}{unit}") : "";
        Console.WriteLine(
            Text($"{run.Setup.Workload.Name} on {run.Profile.Name}: {run.Method} {run.Scheme.Name}, seed {run.Seed}"));
        Console.WriteLine(Text(
            $"{settings.Steps} steps of {run.Setup.Workload.Adapt.Batch} samples, η {settings.LearningRate}{unit} ({settings.Decay.ToString().ToLowerInvariant()} decay){epsilon}"));
        if (resumed is int step)
            Console.WriteLine($"resumed after step {step}");
        if (run.Policy is not null && run.Backend.Name is { } device)
            Console.WriteLine($"trained on {device}");
        Console.WriteLine();
        Console.WriteLine("  step  loss");
        double most = curve.Losses.DefaultIfEmpty().Max();
        int points = curve.Losses.Length, stride = Math.Max(1, (points + CurveRows - 1) / CurveRows);
        for (int i = (points - 1) % stride; i < points; i += stride)
        {
            string bar = new('█', most > 0 && double.IsFinite(curve.Losses[i])
                ? (int)Math.Round(40 * curve.Losses[i] / most) : 0);
            Console.WriteLine(Text($"{curve.Steps[i],6}  {curve.Losses[i]:F4}  {bar}").TrimEnd());
        }

        Console.WriteLine();
        Console.WriteLine(curve.Divergence is { } divergence
            ? Text($"accuracy  {100 * curve.ZeroShot:F1} % before; {divergence}: {divergence.Reason}")
            : Text($"accuracy  {100 * curve.ZeroShot:F1} % before, {100 * curve.Final:F1} % after"));
        MemoryResult memory = run.Cost.Memory;
        Console.WriteLine(
            $"memory    {Quantity.Bytes(memory.ArenaBytes)} scratch ({(memory.FitsScratchpad ? "fits" : "does not fit")}), "
            + $"{Quantity.Bytes(memory.PersistentBytes)} weights and state");
        if (run.Cost.Cost is { } cost)
        {
            Console.WriteLine(
                $"step      {Quantity.Metric(cost.Cycles)} cycles, {Quantity.Metric(cost.Cycles / run.Profile.ClockHz, "s")}, {Quantity.Metric(cost.EnergyJoules, "J")}");
            Console.WriteLine(
                $"all steps {Quantity.Metric(settings.Steps * cost.Cycles)} cycles, "
                + $"{Quantity.Metric(settings.Steps * cost.Cycles / run.Profile.ClockHz, "s")}, {Quantity.Metric(settings.Steps * cost.EnergyJoules, "J")}");
        }
        else
        {
            Console.WriteLine($"step      does not run here: {run.Cost.NotRunnable}");
        }

        if (numerics is not null)
        {
            Console.WriteLine(Text(
                $"numerics  ε_q = 0 for {numerics.UnperturbedTensors()} of {numerics.Epsilon.Length} tensors, {100 * numerics.RoundedAwayShare:F1} % of updates rounded away, {100 * numerics.TiedLossShare:F1} % of directions tied"));
        }
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
