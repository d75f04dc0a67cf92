using NpuSim.Reports.Studies;
using NpuSim.Reports.Studies.Decisions;
using NpuSim.Reports.Tables;
using NpuSim.Simulator.Studies;
using NpuSim.Workloads.Tasks;

namespace NpuSim.Cli.Terminal;

/// <summary>The outcome of a study on the terminal.</summary>
internal static class ResultTable
{
    /// <summary>What a study is about to compare, in a line.</summary>
    public static string Opening(StudyRequest request, Workload workload)
    {
        string steps = $"{(request.Budget == Budget.Cycles ? "as many steps as fit the cycles of the first method's " : "")}"
            + $"{workload.Adapt.Steps} steps of {workload.Adapt.Batch} samples";
        return $"comparing {Count(request.Methods.Length, "method")}, {Count(request.Schemes.Length, "scheme")}, "
            + $"{Count(request.Profiles.Length, "profile")}: {workload.Name}, {Count(request.Seeds.Length, "seed")}, {steps}\n";
    }

    /// <summary>Prints the figures of a single profile, the decision matrices, the answer, and where the files are.</summary>
    /// <param name="result">The study.</param>
    /// <param name="folder">Where its files are, as the user named it.</param>
    /// <param name="next">What to try next; null: only the answer in sentences and where the files are.</param>
    public static void Write(StudyResult result, string folder, string? next)
    {
        using Screen screen = new();
        if (next is null)
        {
            DecisionText.WriteAnswer(result, screen.Write);
        }
        else
        {
            if (result.Profiles.Length == 1)
                Figures(result, screen);
            if (result.IsBudgeted() && result.Runs.Any(r => r.Cost is null))
                screen.Write("where a method or the first one does not run, its steps are the workload's\n", TextTone.Plain);
            DecisionText.Write(result, screen.Write, screen.Width);
            screen.Write($"{result.Host.Seconds:F1} s on {result.Host.Threads} threads ({result.Host.Processor})\n", TextTone.Plain);
        }

        if (!result.IsComplete)
            screen.Write("not complete: the study was interrupted\n", TextTone.Bad);
        screen.Write($"written: {Path.Combine(folder, "report.html")}, report.md, results.json, results.csv\n", TextTone.Plain);
        if (next is not null)
            screen.Write($"next: {next}\n", TextTone.Plain);
    }

    private static string Count(int number, string what) => $"{number} {what}{(number == 1 ? "" : "s")}";

    private static void Figures(StudyResult result, Screen screen)
    {
        Table<RunResult> table = RunTables.WithSteps(RunTables.Terminal, result);
        table = table with { Columns = table.Columns.RemoveAll(c => c.Heading == "Profile") };
        screen.Write($"{result.Profiles[0].Name}: {result.Profiles[0].Description}\n", TextTone.Strong);
        using StringWriter text = new();
        TextTable.Write(table, result.Runs, text, screen.Width);
        screen.Write(text + "\n", TextTone.Plain);
    }
}
