using System.Collections.Immutable;
using System.CommandLine;
using NpuSim.Cli.Terminal;
using NpuSim.Reports.Comparison;
using NpuSim.Reports.Json;
using NpuSim.Reports.Text;
using NpuSim.Simulator.Studies;

namespace NpuSim.Cli.Commands;

/// <summary>npusim check: holds results against a baseline, for continuous integration.</summary>
internal static class CheckCommand
{
    public static Command Create()
    {
        Argument<string> results = new("results") { Description = "Folder of the results to check, or its results.json." };
        Option<string> baseline = new("--baseline", "-b")
        {
            Description = "Results to hold on to: a folder or a file as results.json.",
            Required = true,
        };
        Option<string[]> tolerances = new("--tolerance", "-t")
        {
            Description =
                "How far a figure may move either way, as accuracy=0.5 (points), scratch=1024 (bytes) or cycles=1%; may be "
                + $"repeated. Figures: {string.Join(", ", Metric.All.Select(m => m.Name))}. Default: not at all.",
        };
        Option<string?> junit = new("--junit") { Description = "File for the outcome as JUnit's XML, one test case per figure." };
        Option<bool> overwrite = OutputFile.Overwrite();
        Command command = new("check",
            "Holds every figure of a baseline against results; exit code 1 and a list where one moved.")
        {
            results, baseline, tolerances, junit, overwrite,
        };
        command.SetAction(parsed => Run(
            parsed.GetValue(results)!, parsed.GetValue(baseline)!,
            [.. (parsed.GetValue(tolerances) ?? []).Select(Tolerance.Parse)],
            parsed.GetValue(junit), parsed.GetValue(overwrite)));
        return command;
    }

    private static int Run(string resultsPath, string baselinePath, ImmutableArray<Tolerance> tolerances,
        string? junit, bool overwrite)
    {
        if (junit is "")
            throw new InputException("--junit '': accepted is the name of a file.");
        if (junit is not null)
            OutputFile.Require(junit, overwrite);
        StudyResult study = ResultsJson.ReadFile(resultsPath), baseline = ResultsJson.ReadFile(baselinePath);
        ImmutableArray<CheckedFigure> figures = Baseline.Check(study, baseline, tolerances);
        if (junit is not null)
            OutputFile.Write(junit, overwrite, stream => JUnitXml.Write(figures, stream));

        // A missing run has one fault, not one per figure
        string[] faults = [.. figures.Where(f => !f.Holds).Select(f => f.Fault).Distinct()];
        foreach (string fault in faults)
            Console.WriteLine(PlainText.Line(fault));
        if (faults.Length > 0)
        {
            foreach (string circumstance in ResultsDiff.Between(baseline, study).Circumstances)
                Console.WriteLine($"note: {PlainText.Line(circumstance)}");
        }

        Console.WriteLine($"{figures.Count(f => f.Holds)} of {figures.Length} figures hold");
        return faults.Length == 0 ? ExitCode.Done : ExitCode.CheckFailed;
    }
}
