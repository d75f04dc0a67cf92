using NpuSim.Reports.Studies;
using NpuSim.Reports.Tables;
using NpuSim.Simulator.Studies;

namespace NpuSim.Cli.Terminal;

/// <summary>The outcome of a study on the terminal.</summary>
internal static class ResultTable
{
    /// <summary>Prints a table for each profile and where the files are.</summary>
    public static void Write(StudyResult result, string folder)
    {
        Table<RunResult> table = RunTables.WithSteps(RunTables.Terminal, result);
        table = table with { Columns = table.Columns.RemoveAll(c => c.Heading == "Profile") };
        foreach (ProfileSummary profile in result.Profiles)
        {
            RunResult[] runs = [.. result.Runs.Where(r => r.Profile == profile.Name)];
            Console.WriteLine($"{profile.Name}: {profile.Description}");
            TextTable.Write(table, runs, Console.Out);
            foreach (IGrouping<string, RunResult> reason in runs.Where(r => r.NotRunnable is not null)
                .GroupBy(r => r.NotRunnable!))
                Console.WriteLine($"does not run ({string.Join(", ", reason.Select(r => r.Label()))}): {reason.Key}");
            foreach (RunResult run in runs)
            {
                foreach (string reason in run.FaultReasons())
                    Console.WriteLine($"{run.Label()}: {reason}");
            }

            if (result.IsBudgeted() && runs.Any(r => r.Cost is null))
                Console.WriteLine("where a method or the first one does not run, its steps are the workload's");
            Console.WriteLine();
        }

        Console.WriteLine(
            $"{result.Workload.Name}: {result.Workload.Seeds.Length} seeds, {result.StepsText()} of {result.Workload.Batch} "
                + $"samples, "
            + $"{result.Workload.TestSamples} test samples; {result.Host.Seconds:F1} s on {result.Host.Threads} threads "
            + $"({result.Host.Processor})");
        if (!result.IsComplete)
            Console.WriteLine("not complete: the study was interrupted");
        Console.WriteLine($"written: {Path.Combine(folder, "report.html")}, report.md, results.json, results.csv");
    }
}
