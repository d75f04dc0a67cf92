using System.Collections.Immutable;
using System.CommandLine;
using NpuSim.Cli.Terminal;
using NpuSim.Reports;
using NpuSim.Reports.Federated;
using NpuSim.Reports.Tables;
using NpuSim.Simulator.Studies;
using NpuSim.Simulator.Studies.Federated;
using NpuSim.Simulator.Studies.Sweeps;
using NpuSim.Workloads.Tasks;

namespace NpuSim.Cli.Commands;

/// <summary>npusim study federated: many devices that learn together, each with samples of its own.</summary>
internal sealed class FederatedCommand
{
    private readonly FederatedOptions study = new();
    private readonly OutputFolder output = new("npusim-federated",
        "report.html, federated.md with charts, federated.csv and rounds.csv");
    private readonly Option<string?> data = new("--data")
    {
        Description = "Folder of the data sets; default: the environment variable NPUSIM_DATA.",
    };

    private readonly ClusterOptions cluster;
    private readonly Option<int?> threads =
        WholeNumber.Option(["--threads"], "Clients at the same time; default: one per processor core.", 1, 1024);

    private FederatedCommand() => cluster = new("federated", "do the trainings that no other does", "trainings", data);

    public static Command Create()
    {
        FederatedCommand federated = new();
        Command command = new("federated",
            "Trains one network on many simulated devices, each with samples of its own, and counts every byte they exchange.");
        federated.study.AddTo(command);
        foreach (Option option in new Option[]
        {
            federated.output.Folder, federated.output.Overwrite, federated.output.Resume, federated.data,
        }.Concat(federated.cluster.All).Append(federated.threads))
            command.Options.Add(option);
        command.SetAction((parsed, cancellation) => Task.FromResult(federated.Run(parsed, cancellation)));
        return command;
    }

    private int Run(ParseResult parsed, CancellationToken cancellation)
    {
        ClusterOptions.RequireOne(parsed, cluster.Collect, cluster.Wait, cluster.Script, cluster.Task);
        string folder = OutputFolder.Of(parsed.GetValue(output.Folder)!).ToString();
        using StudyProgress progress = new(quiet: false);
        Federation asked = study.Read(parsed, folder);
        FederatedStudy federated = new(asked, workload => Open(asked, workload, parsed, progress, cancellation),
            parsed.GetValue(threads) ?? Environment.ProcessorCount);
        if (cluster.TryEmit(parsed, federated.Asked, folder))
            return ExitCode.Done;

        return parsed.GetValue(cluster.Task) is { } share
            ? ClusterOptions.RunTask(share, first =>
                federated.Run(new(folder, Note), new SweepClaims(folder).Take, first, null, cancellation))
            : Write(federated, parsed, folder, progress, cancellation);
    }

    private int Write(
        FederatedStudy federated, ParseResult parsed, string folder, StudyProgress progress, CancellationToken cancellation)
    {
        FolderUse use = OutputFolder.Use(parsed, output.Overwrite, output.Resume);
        bool onlyKnown = parsed.GetValue(cluster.Collect) || parsed.GetValue(cluster.Wait);
        FederatedStore store = new(folder, Note);
        if (parsed.GetValue(cluster.Wait) && !ClusterOptions.WaitForAll(() => federated.Missing(store) > 0, cancellation))
            return Interruption.ExitCode;
        using StudyFolder target = StudyFolder.Open(
            new DirectoryInfo(folder), onlyKnown ? FolderUse.Resume : use, FederatedSet.FileName);
        if (use == FolderUse.Overwrite)
            RunStore.Clear(target.FullName);
        bool isWhole = onlyKnown || Train(federated, store, folder, progress, cancellation);
        progress.Dispose();
        ImmutableArray<FederatedResult> results = federated.Results(store);
        bool isComplete = results.Length == federated.Cases.Length;
        if (!isWhole && (results.All(r => r.Outcome is null) || File.Exists(Path.Combine(folder, FederatedSet.FileName))))
            return Interrupted(store, folder);
        FederatedSet.Write(federated.Asked, Replay.Of(parsed, data, output.Folder, output.Overwrite, output.Resume, threads,
            cluster.Collect, cluster.Wait), results, isComplete, target);
        Console.WriteLine($"{federated.Asked.Workload}: {FederatedSet.About(federated.Asked)}");
        Console.WriteLine();
        TextTable.Write(FederatedTables.Means(federated.Asked.Target, results), FederatedMean.Of(results), Console.Out);
        Console.WriteLine();
        Console.WriteLine($"written: {Path.Combine(folder, "report.html")}, federated.md, federated.csv, rounds.csv");
        return isWhole ? ExitCode.Done : Interrupted(store, folder);
    }

    private static bool Train(
        FederatedStudy federated, FederatedStore store, string folder, StudyProgress progress, CancellationToken cancellation)
    {
        long missing = federated.Missing(store);
        progress.Begin(missing);
        StudyFile.Keep(federated.Asked, folder);
        return ClusterOptions.IsDone(() => federated.Run(store, null, 0, progress.Steps, cancellation));
    }

    private TrainingBench Open(
        Federation asked, Workload workload, ParseResult parsed, StudyProgress progress, CancellationToken cancellation) =>
        asked.Start == FirstWeights.Random
            ? WorkloadSetup.OpenUntrained(workload, parsed.GetValue(data))
            : (TrainingBench)WorkloadSetup.Open(workload, parsed.GetValue(data), progress.Pretraining, cancellation).Bench;

    private static int Interrupted(FederatedStore store, string folder)
    {
        Console.Error.WriteLine(
            $"npusim: interrupted; {store.Finished} finished training{(store.Finished == 1 ? "" : "s")} and the state of the one "
                + $"under way are kept in {Path.Combine(folder, RunStore.FolderName)}: the same command with --resume goes on.");
        return Interruption.ExitCode;
    }

    private static void Note(string line) => Console.Error.WriteLine($"npusim: note: {line}");
}
