using System.Text.RegularExpressions;
using NpuSim.Accelerators.Profiles;
using NpuSim.Reports.Text;
using NpuSim.Simulator.Methods;
using NpuSim.Simulator.Studies;
using NpuSim.Workloads.Graphs;
using NpuSim.Workloads.Schemes;
using NpuSim.Workloads.Tasks;

namespace NpuSim.EndToEnd;

/// <summary>
/// What docs/studies.md says of scratch memory, cycles and energy is what plans say today: these need no training. Accuracies
/// are of the runs that the page names; docs/redo.sh runs them again. NPUSIM_UPDATE_DOCS=1 writes the cells anew.
/// </summary>
public sealed partial class StudiesPageTests
{
    private static readonly Dictionary<string, Func<RunResult, string>> Costs = new()
    {
        ["scratch"] = r => Quantity.Bytes(r.Memory.ArenaBytes),
        ["cycles per step"] = r => r.Cost is null ? "–" : Quantity.Metric(r.Cost.Cycles),
        ["energy per step"] = r => r.Cost is null ? "–" : Quantity.Metric(r.Cost.EnergyJoules, "J"),
    };

    private readonly Dictionary<string, Graph> graphs = [];

    [Test]
    public void Its_costs_are_those_of_the_plans_of_today()
    {
        string path = Repository.At("docs", "studies.md");
        string[] lines = File.ReadAllLines(path);
        string[] written = [.. lines];
        int rows = 0;
        string command = "";
        string[] columns = [];
        for (int i = 0; i < lines.Length; i++)
        {
            if (lines[i] == "```sh")
                command = "";
            if (command.Length == 0 && lines[i].StartsWith("npusim compare ", StringComparison.Ordinal))
            {
                command = lines[i];
                while (command.EndsWith('\\'))
                    command = command[..^1] + lines[++i].Trim();
            }

            string[] cells = [.. lines[i].Split('|').Select(c => c.Trim())];
            if (cells.Length > 2 && lines[i + 1].StartsWith("|:-", StringComparison.Ordinal))
                columns = cells;
            else if (cells.Length == columns.Length && Run(command, columns, cells) is { } run)
            {
                rows++;
                written[i] = string.Join(" | ", cells.Select((cell, c) =>
                    Costs.TryGetValue(columns[c], out var cost) && cell != "–" ? cost(run) : cell)).Trim();
            }
        }

        Assert.That(rows, Is.GreaterThanOrEqualTo(50), "rows of which a plan can be made");
        if (Environment.GetEnvironmentVariable("NPUSIM_UPDATE_DOCS") == "1")
            File.WriteAllLines(path, written);
        else
            Assert.That(lines, Is.EqualTo(written), "NPUSIM_UPDATE_DOCS=1 writes the costs anew.");
    }

    // The run of a row, where the command above compares a shipped workload and the row names method and scheme.
    private RunResult? Run(string command, string[] columns, string[] cells)
    {
        if (command.Length == 0 || !columns.Contains("scheme") || !columns.Contains("scratch"))
            return null;
        string workload = cells.FirstOrDefault(ShippedWorkloads.Names.Contains)
            ?? (Option().Match(command) is { Success: true } given ? given.Groups[1].Value : ShippedWorkloads.Default);
        string profile = Array.IndexOf(columns, "profile") is var at and >= 0 ? cells[at]
            : Profile().Match(command).Groups[1].Value;
        string[] words = Cell("method").Split(' ');
        if (words.Length != 2 || !ShippedWorkloads.Names.Contains(workload) || !ShippedProfiles.Names.Contains(profile))
            return null;
        Workload task = WorkloadMethods.Load(workload);
        if (!graphs.TryGetValue(workload, out Graph? graph))
            graphs.Add(workload, graph = BatchNormFolding.Fold(WorkloadSetup.ModelOf(task).Build(task.Adapt.Batch)));
        return StepCost.Of(graph, task.Configure(Method.Parse($"{words[0]}:{words[1]}")), TuningScheme.Parse(Cell("scheme")),
            ShippedProfiles.Find(profile));

        string Cell(string column) => cells[Array.IndexOf(columns, column)].Trim('`');
    }

    [GeneratedRegex(@"--workload (\S+)")]
    private static partial Regex Option();

    [GeneratedRegex(@"--profile (\S+)")]
    private static partial Regex Profile();
}
