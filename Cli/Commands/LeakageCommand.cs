using System.CommandLine;
using NpuSim.Cli.Terminal;
using NpuSim.Reports;
using NpuSim.Reports.Leakage;
using NpuSim.Reports.Tables;
using NpuSim.Simulator.Studies;
using NpuSim.Simulator.Studies.Leakage;
using NpuSim.Simulator.Studies.Sweeps;
using NpuSim.Workloads.Tasks;

namespace NpuSim.Cli.Commands;

/// <summary>npusim study leakage: what the messages of federated training, and trained weights, give away.</summary>
internal sealed class LeakageCommand
{
    private readonly LeakageOptions study = new();
    private readonly OutputFolder output = new("npusim-leakage",
        "report.html with pictures, leakage.md, audits.csv, attacks.csv and leakage.csv");
    private readonly Option<string?> data = new("--data")
    {
        Description = "Folder of the data sets; default: the environment variable NPUSIM_DATA.",
    };

    private readonly ClusterOptions cluster;
    private readonly Option<int?> threads =
        WholeNumber.Option(["--threads"], "Attacks at the same time; default: one per processor core.", 1, 1024);

    private LeakageCommand() => cluster = new("leakage", "do the attacks that no other does", "attacks", data);

    public static Command Create()
    {
        LeakageCommand leakage = new();
        Command command = new("leakage",
            "Searches for the images behind the messages of federated training, and for who was trained on in trained weights.");
        leakage.study.AddTo(command);
        foreach (Option option in new Option[]
        {
            leakage.output.Folder, leakage.output.Overwrite, leakage.output.Resume, leakage.data,
        }.Concat(leakage.cluster.All).Append(leakage.threads))
            command.Options.Add(option);
        command.SetAction((parsed, cancellation) => Task.FromResult(leakage.Run(parsed, cancellation)));
        return command;
    }

    private int Run(ParseResult parsed, CancellationToken cancellation)
    {
        ClusterOptions.RequireOne(parsed, cluster.Collect, cluster.Wait, cluster.Script, cluster.Task);
        string folder = OutputFolder.Of(parsed.GetValue(output.Folder)!).ToString();
        using StudyProgress progress = new(quiet: false) { Words = ("searching", "attacks and audits") };
        LeakageStudy leakage = new(study.Read(parsed, folder), (workload, weights) =>
            weights == AttackedWeights.Pretrained
                ? (TrainingBench)WorkloadSetup.Open(workload, parsed.GetValue(data), progress.Pretraining, cancellation).Bench
                : WorkloadSetup.OpenUntrained(workload, parsed.GetValue(data)),
            parsed.GetValue(threads) ?? Environment.ProcessorCount);
        if (cluster.TryEmit(parsed, leakage.Asked, folder))
            return ExitCode.Done;

        return parsed.GetValue(cluster.Task) is { } share
            ? ClusterOptions.RunTask(share, first =>
                leakage.Run(new(folder, Note), new SweepClaims(folder).Take, first, null, cancellation))
            : Write(leakage, parsed, folder, progress, cancellation);
    }

    private int Write(
        LeakageStudy leakage, ParseResult parsed, string folder, StudyProgress progress, CancellationToken cancellation)
    {
        FolderUse use = OutputFolder.Use(parsed, output.Overwrite, output.Resume);
        bool onlyKnown = parsed.GetValue(cluster.Collect) || parsed.GetValue(cluster.Wait);
        LeakageStore store = new(folder, Note);
        if (parsed.GetValue(cluster.Wait) && !ClusterOptions.WaitForAll(() => leakage.Missing(store) > 0, cancellation))
            return Interruption.ExitCode;
        using StudyFolder target = StudyFolder.Open(
            new DirectoryInfo(folder), onlyKnown ? FolderUse.Resume : use, LeakageSet.FileName);
        if (use == FolderUse.Overwrite)
            RunStore.Clear(target.FullName);
        bool isWhole = onlyKnown || Search(leakage, store, folder, progress, cancellation);
        progress.Dispose();
        if (!isWhole)
            return Interrupted(store, folder);
        LeakageResults results = leakage.Results(store);
        LeakageSet.Write(leakage.Asked, Replay.Of(parsed, data, output.Folder, output.Overwrite, output.Resume, threads,
            cluster.Collect, cluster.Wait), results, target);
        Console.WriteLine($"{leakage.Asked.Workload}: {LeakageSet.About(leakage.Asked, results)}");
        Console.WriteLine();
        TextTable.Write(LeakageTables.Means(results), LeakageMean.Of(results), Console.Out);
        if (!results.Audits.IsEmpty)
        {
            Console.WriteLine();
            TextTable.Write(LeakageTables.Audits, LeakageTables.Points(results), Console.Out);
        }

        Console.WriteLine();
        Console.WriteLine($"written: {Path.Combine(folder, "report.html")}, leakage.md, audits.csv, attacks.csv, leakage.csv");
        return ExitCode.Done;
    }

    private static bool Search(
        LeakageStudy leakage, LeakageStore store, string folder, StudyProgress progress, CancellationToken cancellation)
    {
        int missing = leakage.Missing(store);
        progress.Begin(missing);
        StudyFile.Keep(leakage.Asked, folder);
        return ClusterOptions.IsDone(() => leakage.Run(store, null, 0, progress.Steps, cancellation));
    }

    private static int Interrupted(LeakageStore store, string folder)
    {
        Console.Error.WriteLine(
            $"npusim: interrupted; {store.Finished} finished attack{(store.Finished == 1 ? " is" : "s are")} kept in "
                + $"{Path.Combine(folder, RunStore.FolderName)}: the same command with --resume goes on.");
        return Interruption.ExitCode;
    }

    private static void Note(string line) => Console.Error.WriteLine($"npusim: note: {line}");
}
