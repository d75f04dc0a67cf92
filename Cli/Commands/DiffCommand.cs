using System.CommandLine;
using NpuSim.Cli.Terminal;
using NpuSim.Reports.Comparison;
using NpuSim.Reports.Json;
using NpuSim.Reports.Tables;
using NpuSim.Reports.Text;

namespace NpuSim.Cli.Commands;

/// <summary>npusim diff: what changed from one study to another.</summary>
internal static class DiffCommand
{
    public static Command Create()
    {
        Argument<string> before = new("before") { Description = "Folder of the earlier results, or its results.json." };
        Argument<string> after = new("after") { Description = "Folder of the later results, or its results.json." };
        Command command = new(
            "diff", "Shows what changed between two studies. The exit code is 0 whether they differ or not; npusim check judges.")
        {
            before, after,
        };
        command.SetAction(parsed =>
        {
            Write(ResultsDiff.Between(ResultsJson.ReadFile(parsed.GetValue(before)!),
                ResultsJson.ReadFile(parsed.GetValue(after)!)));
            return ExitCode.Done;
        });
        return command;
    }

    private static void Write(ResultsDiff diff)
    {
        if (diff.IsEmpty)
            Console.WriteLine("nothing changed");
        foreach (string circumstance in diff.Circumstances)
            Console.WriteLine(PlainText.Line(circumstance));
        foreach (string run in diff.Removed)
            Console.WriteLine($"only before: {PlainText.Line(run)}");
        foreach (string run in diff.Added)
            Console.WriteLine($"only after: {PlainText.Line(run)}");
        if (!diff.Changes.IsEmpty)
            TextTable.Write(ResultsDiff.Table, diff.Changes, Console.Out);
    }
}
