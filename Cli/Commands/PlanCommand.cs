using System.Collections.Immutable;
using System.CommandLine;
using NpuSim.Accelerators.Profiles;
using NpuSim.Reports.Studies;
using NpuSim.Reports.Tables;
using NpuSim.Simulator.Studies;
using NpuSim.Simulator.Training;
using NpuSim.Workloads.Graphs;
using NpuSim.Workloads.Tasks;

namespace NpuSim.Cli.Commands;

/// <summary>npusim plan: memory, cycles and energy of one training step, without running it.</summary>
internal static class PlanCommand
{
    public static Command Create()
    {
        StudyOptions study = new();
        Option<int?> batch = WholeNumber.Option(["--batch", "-b"], "Samples per step; default: the workload's.", 1);
        Command command = new("plan", "Memory, cycles and energy of one training step; neither data nor weights are needed.");
        study.AddTo(command);
        command.Options.Remove(study.Data);
        command.Options.Add(batch);
        command.SetAction(parsed => Run(study, parsed, parsed.GetValue(batch)));
        return command;
    }

    private static int Run(StudyOptions study, ParseResult parsed, int? batch)
    {
        Workload workload = Workload.Load(parsed.GetValue(study.Workload)!);
        Graph graph = WorkloadSetup.ModelOf(workload).Build(batch ?? workload.Adapt.Batch);
        ImmutableArray<RunResult> steps =
        [
            .. from profile in study.ReadProfiles(parsed)
               from scheme in study.ReadSchemes(parsed)
               from method in study.ReadMethods(parsed)
               select StepCost.Of(graph, workload.Configure(method), scheme, profile),
        ];
        foreach (Table<RunResult> table in new[] { RunTables.Memory, RunTables.Cost })
        {
            Console.WriteLine(table.Title);
            TextTable.Write(table, steps, Console.Out);
            Console.WriteLine();
        }

        return ExitCode.Done;
    }
}
