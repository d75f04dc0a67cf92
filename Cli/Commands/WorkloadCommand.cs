using System.CommandLine;
using NpuSim.Workloads.Tasks;

namespace NpuSim.Cli.Commands;

/// <summary>npusim workload list | show | validate | schema.</summary>
internal static class WorkloadCommand
{
    public static Command Create()
    {
        Command list = new("list", "Lists the shipped workloads.");
        list.SetAction(_ =>
        {
            int width = ShippedWorkloads.Names.Max(n => n.Length);
            foreach (string name in ShippedWorkloads.Names)
                Console.WriteLine($"{name.PadRight(width)}  {Workload.Load(name).Description}");
            return ExitCode.Done;
        });

        Argument<string> shown = new("name") { Description = "Shipped workload or path of a YAML file." };
        Command show = new("show", "Prints a workload with every default filled in.") { shown };
        show.SetAction(parsed =>
        {
            Console.Write(Workload.Load(parsed.GetValue(shown)!).ToYaml());
            return ExitCode.Done;
        });

        return new Command("workload", "Workloads: model, weights, data, task, step sizes.") { list, show };
    }
}
