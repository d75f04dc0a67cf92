using System.Collections.Immutable;
using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using NpuSim.Cli.Terminal;
using NpuSim.Files;
using NpuSim.Reports.Sweeps;
using NpuSim.Simulator.Studies;
using NpuSim.Simulator.Studies.Sweeps;
using NpuSim.Yaml;

namespace NpuSim.Cli.Commands;

/// <summary>npusim study sweep: thousands of chips, each priced as <c>npusim plan</c> does.</summary>
internal sealed class SweepCommand
{
    private readonly SweepOptions study = new();
    private readonly OutputFolder output = new("npusim-sweep", "points and results; what it holds already is not computed again");
    private readonly Option<string?> data = new(
        "--data")
    { Description = "Folder of the data sets; default: the environment variable NPUSIM_DATA." };
    private readonly Option<bool> dryRun = new(
        "--dry-run")
    { Description = "Say how many points there are and what they take, and run nothing." };
    private readonly Option<bool> status = new(
        "--status")
    { Description = "Say how many points of the study are known, and run nothing." };
    private readonly Option<bool> clean = new(
        "--clean")
    { Description = "Remove from --out the records that its study does not need, and run nothing." };
    private readonly ClusterOptions cluster;
    private readonly Option<int?> threads = WholeNumber.Option(["--threads"],
        "Points at the same time; default: one per processor core.", 1, 1024);

    private SweepCommand() => cluster = new("sweep", "do what no other does, end when nothing is left", "points", data);

    public static Command Create()
    {
        SweepCommand sweep = new();
        Command command = new("sweep",
            "Prices thousands of accelerators: any key of a profile varies, with networks, batches, methods and schemes.");
        sweep.study.AddTo(command);
        foreach (Option option in new Option[] { sweep.output.Folder, sweep.data, sweep.dryRun, sweep.status, sweep.clean }
            .Concat(sweep.cluster.All).Append(sweep.threads))
            command.Options.Add(option);
        command.SetAction((parsed, cancellation) => Task.FromResult(sweep.Run(parsed, cancellation)));
        return command;
    }

    private int Run(ParseResult parsed, CancellationToken cancellation)
    {
        ClusterOptions.RequireOne(parsed, dryRun, status, cluster.Collect, cluster.Wait, clean, cluster.Script, cluster.Task);
        string folder = OutputFolder.Of(parsed.GetValue(output.Folder)!).ToString();
        Sweep asked = study.Read(parsed, folder);
        SweepSpace space = SweepSpace.Of(asked);
        LeastSearch.Require(space);
        ParetoFront.Require(space);
        SweepStudy sweep = new(space, SweepStore.Open(folder, Note));
        Describe(sweep, parsed.GetValue(cluster.Script) is null ? Console.Out : Console.Error);
        int cores = parsed.GetValue(threads) ?? Environment.ProcessorCount;
        if (parsed.GetValue(dryRun))
        {
            Console.WriteLine($"they take about {Duration(sweep.EstimateSeconds(cores))} on {cores} threads");
            return ExitCode.Done;
        }

        if (parsed.GetValue(status))
        {
            if (asked.Seeds > 0)
                Console.WriteLine($"{Count(TrainingStore.Open(folder).Count, "training")} kept");
            return ExitCode.Done;
        }

        if (parsed.GetValue(clean))
            return Clean(sweep, parsed, folder, cancellation);
        if (cluster.TryEmit(parsed, asked, folder))
            return ExitCode.Done;

        if (parsed.GetValue(cluster.Task) is { } share)
            return Share(sweep, share, parsed, folder, cores, cancellation);
        bool onlyKnown = parsed.GetValue(cluster.Collect) || parsed.GetValue(cluster.Wait);
        if (parsed.GetValue(cluster.Wait) && !Wait(sweep, parsed, folder, cancellation))
            return Interruption.ExitCode;
        Disk.Current.CreateFolder(folder);
        using FolderLock hold = FolderLock.Take(folder);
        Publication.Finish(folder);
        StudyFile.Keep(asked, folder);
        bool isWhole = onlyKnown || Price(sweep, cores, cancellation);
        SweepTrainings? trainings = TrainingsOf(sweep, parsed, folder, onlyKnown, cancellation);
        ImmutableArray<LeastAnswer>? answers = null;
        if (!asked.Least.IsDefaultOrEmpty && sweep.Missing == 0)
            answers = Least(new LeastSearch(sweep, trainings), trainings, asked, cores, cancellation);
        else
            isWhole = isWhole && (onlyKnown || trainings is null || Train(trainings, asked.Seeds, cores, cancellation));
        if (!isWhole)
        {
            Console.Error.WriteLine(
                $"npusim: interrupted; {sweep.Ids.Count - sweep.Missing} points are kept in {folder}: the same command goes on.");
            return Interruption.ExitCode;
        }

        int known = SweepSet.Write(sweep, $"npusim study sweep {StudyFile.Name}", folder, trainings, answers);
        Console.WriteLine(
            $"{Count(known, "point")} in {Path.Combine(folder, "points.csv")}, points.parquet, sweep.json and report.html");
        return ExitCode.Done;
    }

    private int Share(SweepStudy sweep, string share, ParseResult parsed, string folder, int threads,
        CancellationToken cancellation)
    {
        double first = TaskShare.Of(share);
        SweepClaims claims = new(folder);
        bool isWhole = sweep.RunShared(claims, first, threads, cancellation);
        SweepTrainings? trainings = isWhole ? TrainingsOf(sweep, parsed, folder, false, cancellation, claims) : null;
        if (isWhole && !sweep.Space.Asked.Least.IsDefaultOrEmpty)
            new LeastSearch(sweep, trainings).Run(threads, cancellation, first);
        else if (trainings is not null)
            isWhole = trainings.Run(threads, null, cancellation);
        if (!isWhole)
            return Interruption.ExitCode;
        Console.WriteLine($"task {share}: nothing is left to do");
        return ExitCode.Done;
    }

    private int Clean(SweepStudy sweep, ParseResult parsed, string folder, CancellationToken cancellation)
    {
        if (!File.Exists(Path.Combine(folder, StudyFile.Name)))
            throw new InputException($"--clean: {folder} holds no study; accepted is the folder of one, as --out.");
        if (sweep.Space.Asked.Seeds > 0 && sweep.Missing > 0)
            throw new InputException($"--clean: {sweep.Missing} points are not priced yet, so that nobody knows which trainings "
                + "the study needs; accepted once they are.");
        using FolderLock hold = FolderLock.Take(folder);
        (int blocks, int trainings) = sweep.Clean(folder, TrainingsOf(sweep, parsed, folder, true, cancellation));
        Console.WriteLine($"{Count(blocks, "block")} of points and {Count(trainings, "training")} removed");
        return ExitCode.Done;
    }

    // Until others have done everything; false: interrupted.
    private bool Wait(SweepStudy sweep, ParseResult parsed, string folder, CancellationToken cancellation)
    {
        using StudyProgress progress = new(quiet: false);
        while (true)
        {
            sweep.Refresh();
            int missing = sweep.Missing;
            progress.Points(sweep.Ids.Count - missing, sweep.Ids.Count);
            if (missing == 0 && IsTrained())
                return true;
            if (cancellation.WaitHandle.WaitOne(TimeSpan.FromSeconds(1)))
                return false;
        }

        bool IsTrained()
        {
            if (TrainingsOf(sweep, parsed, folder, true, cancellation) is not { } trainings)
                return true;
            if (sweep.Space.Asked.Least.IsDefaultOrEmpty)
                return trainings.IsWhole;
            new LeastSearch(sweep, trainings).Run(1, cancellation);
            return !trainings.Lacks;
        }
    }

    // Null where nothing trains, and where it is not known yet what does.
    private SweepTrainings? TrainingsOf(SweepStudy sweep, ParseResult parsed, string folder, bool onlyKnown,
        CancellationToken cancellation, SweepClaims? claims = null) => sweep.Space.Asked.Seeds == 0 || sweep.Missing > 0 ? null
        : new(sweep, BenchOf(sweep.Space.Asked, parsed, cancellation), TrainingStore.Open(folder), claims)
        {
            OnlyKnown = onlyKnown,
        };

    private SweepBench BenchOf(Sweep asked, ParseResult parsed, CancellationToken cancellation) =>
        new(workload => WorkloadSetup.Open(workload, parsed.GetValue(data), null, cancellation).Bench, asked.Steps);

    // Null: it needs trainings that are not known.
    private static ImmutableArray<LeastAnswer>? Least(LeastSearch search, SweepTrainings? trainings, Sweep asked, int threads,
        CancellationToken cancellation)
    {
        ImmutableArray<LeastAnswer> answers = search.Run(threads, cancellation);
        if (trainings is { Lacks: true })
            return null;
        foreach (LeastAnswer answer in answers)
        {
            string found = answer.Least is { } least ? $"{asked.Least[0]} {least.Value} ({least.Figures})"
                : "no value that was tried";
            string order = answer.IsMonotone ? "" : ", which are not monotone";
            string front = asked.Least.Length > 1 && answer.IsOnFront ? "; on the front" : "";
            Console.WriteLine(
                $"{answer.Given}: {found}; {answer.Trials.Length} of {answer.Values} values tried{order}{front}");
        }

        return answers;
    }

    private static bool Train(SweepTrainings trainings, int seeds, int threads, CancellationToken cancellation)
    {
        int known = trainings.Known, done = 0;
        bool isWhole = trainings.Run(threads, n => Interlocked.Add(ref done, n), cancellation);
        if (isWhole)
        {
            int trained = trainings.Values().Where(v => v is not null).Select(v => v!.Of).Distinct().Count();
            string points = Count(trainings.Points, "point"), functions = Count(trainings.Functions, "function");
            Console.WriteLine($"{Count(done, "training")} now, {known} known before: {points} of {functions} rest on {trained} "
                + $"with {Count(seeds, "seed")} each; {trainings.Points - trained} are equal to one of these");
        }

        return isWhole;
    }

    private static bool Price(SweepStudy sweep, int threads, CancellationToken cancellation)
    {
        int missing = sweep.Missing;
        Stopwatch clock = Stopwatch.StartNew();
        using StudyProgress progress = new(quiet: false);
        int done = 0;
        bool isWhole = sweep.Run(threads, n => progress.Points(Interlocked.Add(ref done, n), missing), cancellation);
        progress.Dispose();
        if (missing > 0 && isWhole)
        {
            double each = clock.Elapsed.TotalMicroseconds * threads / missing;
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"priced in {Duration(clock.Elapsed.TotalSeconds)}: {each:F0} µs each on one thread"));
        }

        return isWhole;
    }

    private static void Describe(SweepStudy sweep, TextWriter output)
    {
        SweepSpace space = sweep.Space;
        string points = Count(space.Points.Length, "point");
        output.WriteLine($"{Count(space.Combinations, "combination")}: {points}, {space.LeftOut} left out by conditions, "
            + $"{space.Impossible} impossible");
        output.WriteLine(
            $"{points}: {sweep.Ids.Count - sweep.Missing} known, {sweep.Missing} to price, at most "
            + $"{SweepTrainings.MostFunctions(space) * space.Asked.Seeds} trainings");
    }

    private static string Count(long n, string what) =>
        string.Create(CultureInfo.InvariantCulture, $"{n} {what}{(n == 1 ? "" : "s")}");

    private static string Duration(double seconds) => seconds < 1 ? FormattableString.Invariant($"{seconds * 1000:F0} ms")
        : seconds < 120 ? FormattableString.Invariant($"{seconds:F1} s") : FormattableString.Invariant($"{seconds / 60:F1} min");

    private static void Note(string line) => Console.Error.WriteLine($"npusim: note: {line}");
}
