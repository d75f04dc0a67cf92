using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Globalization;
using NpuSim.Accelerators.Kernels;
using NpuSim.Cli.Terminal;
using NpuSim.Reports.Studies;
using NpuSim.Reports.Tables;
using NpuSim.Simulator.Execution;
using NpuSim.Simulator.Methods;
using NpuSim.Simulator.Studies;
using NpuSim.Simulator.Training;

namespace NpuSim.Cli.Runs;

/// <summary>Searches step sizes and prints what was found, why others fail, and the lines for a workload file.</summary>
internal static class StepSizeReport
{
    /// <summary>Searches.</summary>
    /// <param name="run">What.</param>
    /// <param name="journal">Keeps finished points; null: nothing does.</param>
    /// <param name="progress">Progress line.</param>
    /// <param name="cancellation">Ends the search early.</param>
    public static int Run(SingleRun run, TrainingJournal? journal, StudyProgress progress, CancellationToken cancellation)
    {
        WorkTeam.Threads = 1;
        (_, NumericsResult? first) = run.Prepare(run.Settings with { Steps = 1 }).Run(run.Seed, null, cancellation);
        StepSizeSearch search = new(run.Method, run.Settings, StepSizeSearch.StepOf(first, run.Settings));
        ImmutableArray<TrainingSettings> grid = search.Grid;
        progress.Begin((long)grid.Length * run.Settings.Steps);
        ConcurrentDictionary<TrainingSettings, Point> done = [];
        Parallel.ForEach(
            Partitioner.Create(grid, EnumerablePartitionerOptions.NoBuffering),
            new ParallelOptions { CancellationToken = cancellation, MaxDegreeOfParallelism = Environment.ProcessorCount },
            point =>
            {
                (TrainingCurve curve, NumericsResult? numerics) = journal?.Store.Run(
                    new($"{run.Method} {run.Scheme.Name}", run.Seed), (run with { Settings = point }).Identity,
                    c => run.Prepare(point).Run(run.Seed, progress.Step, cancellation, c), cancellation)
                    ?? run.Prepare(point).Run(run.Seed, progress.Step, cancellation);
                done[point] = new(point, curve, numerics);
            });
        progress.Dispose();
        Print(run, search, [.. grid.Select(g => done[g])]);
        return ExitCode.Done;
    }

    private sealed record Point(TrainingSettings Settings, TrainingCurve Curve, NumericsResult? Numerics)
    {
        public double Score { get; } = StepSizeSearch.Score(Curve);
    }

    private static void Print(SingleRun run, StepSizeSearch search, ImmutableArray<Point> points)
    {
        Point best = points.MinBy(p => p.Score)!;
        Console.WriteLine(Text(
            $"{run.Setup.Workload.Name} on {run.Profile.Name}: {run.Method} {run.Scheme.Name}, seed {run.Seed}, {run.Settings.Steps} steps a point"));
        if (search.Step > 0 && !run.Settings.InSteps)
            Console.WriteLine(Text($"Δw = {search.Step:G3}: the coarsest step of a trained tensor"));
        Console.WriteLine();
        TextTable.Write(Table(run, search), points, Console.Out);
        Console.WriteLine();
        foreach ((string whose, Point point) in new[] { ("the workload's sizes", points[0]),
            ("the best of the grid", best) }.DistinctBy(p => p.Item2))
        {
            foreach (string obstacle in point.Numerics is { } numerics ? search.Obstacles(point.Settings, numerics) : [])
                Console.WriteLine($"{whose}: {obstacle}");
        }

        if (points[0].Numerics is { } own && search.Obstacles(points[0].Settings, own).Any() && search.Remedy is { } remedy)
            Console.WriteLine($"what else helps: {remedy}");
        if (!double.IsFinite(best.Score))
        {
            Console.WriteLine("no point of the grid keeps the loss finite: try --rate below the least of them");
            return;
        }

        Console.WriteLine(Text($"best: η {best.Settings.LearningRate}, ε {best.Settings.Epsilon} (loss {best.Score:F4}, accuracy {100 * best.Curve.Final:F1} %)"));
        Console.WriteLine("for the workload file:");
        Console.WriteLine(Yaml(run, best.Settings));
        Console.WriteLine(Text($"for one run: --rate {best.Settings.LearningRate}{(best.Settings.Epsilon > 0 ? $" --epsilon {best.Settings.Epsilon}" : "")}"));
    }

    private static Table<Point> Table(SingleRun run, StepSizeSearch search)
    {
        List<Column<Point>> columns = [];
        if (run.Settings.Epsilon > 0)
        {
            columns.Add(new("ε", p => p.Settings.Epsilon, Text: p => Text($"{p.Settings.Epsilon:G3}")));
            if (search.Step > 0)
                columns.Add(new("ε / Δw", p => p.Settings.Epsilon / search.Step,
                    Text: p => Text($"{p.Settings.Epsilon / search.Step:0.##}")));
        }

        columns.Add(new("η", p => p.Settings.LearningRate, Text: p => Text($"{p.Settings.LearningRate:G3}")));
        if (search.IsInSteps)
            columns.Add(new("η / Δw", p => p.Settings.LearningRate / search.Step,
                Text: p => Text($"{p.Settings.LearningRate / search.Step:0.##}")));
        columns.Add(new("Loss", p => p.Score, Text: p => p.Curve.Divergence?.ToString() ?? Text($"{p.Score:F4}")));
        columns.Add(new("Accuracy", p => 100 * p.Curve.Final, "%", "F1"));
        if (search.Step > 0)
        {
            columns.Add(new("ε_q = 0", p => p.Numerics!.UnperturbedTensors(),
                Text: p => $"{p.Numerics!.UnperturbedTensors()} of {p.Numerics!.Epsilon.Length}"));
            columns.Add(new("Rounded away", p => 100 * p.Numerics!.RoundedAwayShare, "%", "F1"));
            columns.Add(new("Ties", p => 100 * p.Numerics!.TiedLossShare, "%", "F1"));
        }

        return new("Step sizes", [.. columns]);
    }

    // A method as its section means it takes the section's lines; any other an entry of its own.
    private static string Yaml(SingleRun run, TrainingSettings settings)
    {
        string rate = Text($"learning-rate: {{ {run.Scheme.Family}: {settings.LearningRate} }} # beside those of other schemes");
        string epsilon = settings.Epsilon > 0 ? Text($"epsilon: {settings.Epsilon}") : "";
        bool hasSection = run.Method.Name is "bp" or "ff" or "qzo-ff" or "qzo-ff-steps" && run.Method.Variant == run.Method.Format
            && TunedMethods.Of(run.Setup.Workload, run.Method) is null;
        string[] lines = hasSection
            ? ["methods:", $"  {run.Method.Name}: # and what else it holds", $"    {rate}", $"    {epsilon}"]
            : ["methods:", "  tuned: # beside other entries", $"    - method: {run.Method}", $"      {rate}",
                $"      {(run.Method is ForwardMethod { Estimator: Estimator.Jvp } ? "" : epsilon)}"];
        return string.Join('\n', lines.Where(line => line.Trim().Length > 0));
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
