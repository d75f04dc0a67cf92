using System.CommandLine;
using NpuSim.Cli.Terminal;
using NpuSim.Reports;
using NpuSim.Reports.Comparison;
using NpuSim.Reports.Json;
using NpuSim.Reports.Text;
using NpuSim.Simulator.Studies;

namespace NpuSim.Cli.Commands;

/// <summary>npusim report: the report of an earlier study again, or one report of several studies side by side.</summary>
internal static class ReportCommand
{
    public static Command Create()
    {
        Argument<string[]> studies = new("study")
        {
            Description = "Folders of earlier results, or their results.json; of several, one report shows all side by side.",
            Arity = ArgumentArity.OneOrMore,
        };
        Option<string> folder = new("--out", "-o") { Description = "Folder of the report.", Required = true };
        Option<bool> overwrite = new("--overwrite") { Description = "Replace results that the folder holds." };
        Command command = new("report",
            "Makes reports from results of earlier studies, without simulating.") { studies, folder, overwrite };
        command.SetAction(parsed => Run(parsed.GetValue(studies)!, parsed.GetValue(folder)!, parsed.GetValue(overwrite)));
        return command;
    }

    private static int Run(string[] paths, string folder, bool overwrite)
    {
        using StudyFolder target = StudyFolder.Open(OutputFolder.Of(folder), overwrite ? FolderUse.Overwrite : FolderUse.New);
        StudyResult joined = SideBySide.Join([.. paths.Select(path => (NameOf(path), ResultsJson.ReadFile(path)))]);
        ReportSet.Write(joined, target);
        Console.WriteLine($"{paths.Length} {(paths.Length == 1 ? "study" : "studies")}, {joined.Runs.Length} runs on "
            + $"{joined.Profiles.Length} profiles");
        Console.WriteLine($"written: {Path.Combine(folder, "report.html")}, report.md, results.json, results.csv");
        return ExitCode.Done;
    }

    // results.json of a folder says nothing: the folder's name does.
    private static string NameOf(string path)
    {
        string full = Path.TrimEndingDirectorySeparator(Path.GetFullPath(path));
        string named = Path.GetFileName(full) == ResultsJson.FileName ? Path.GetDirectoryName(full)! : full;
        return PlainText.Line(Directory.Exists(named) ? Path.GetFileName(named) : Path.GetFileNameWithoutExtension(named));
    }
}
