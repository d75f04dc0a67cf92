using NpuSim.Reports.Studies;
using NpuSim.Reports.Tables;
using NpuSim.Simulator.Studies;

namespace NpuSim.Cli;

/// <summary>The outcome of a study on the terminal.</summary>
internal static class ResultTable
{
    /// <summary>Most columns of the terminal used.</summary>
    private const int Width = 100;

    /// <summary>Prints the main table and where the files are.</summary>
    public static void Write(StudyResult result, DirectoryInfo folder)
    {
        TextTable.Write(RunTables.Terminal, result.Runs, Console.Out, Width);
        Console.WriteLine();
        foreach (RunResult run in result.Runs.Where(r => r.NotRunnable is not null).DistinctBy(r => (r.Profile, r.NotRunnable)))
            Console.WriteLine($"{run.Profile}: {run.Method}:{run.Format} does not run: {run.NotRunnable}");
        Console.WriteLine($"{result.Workload.Name}: {result.Workload.Seeds.Length} seeds, {result.Workload.Steps} steps of {result.Workload.Batch} samples, "
            + $"{result.Workload.TestSamples} test samples; {result.Host.Seconds:F1} s on {result.Host.Threads} threads ({result.Host.Processor})");
        Console.WriteLine($"written: {Path.Combine(folder.ToString(), "report.html")}, report.md, results.json, results.csv");
    }
}
