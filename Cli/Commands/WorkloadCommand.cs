using System.CommandLine;
using NpuSim.Cli.Terminal;
using NpuSim.Simulator.Studies;
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
                Console.WriteLine($"{name.PadRight(width)}  {WorkloadMethods.Load(name).Description}");
            return ExitCode.Done;
        });

        Argument<string> shown = new("name") { Description = "Shipped workload or path of a YAML file." };
        Command show = new("show", "Prints a workload with every default filled in.") { shown };
        show.SetAction(parsed =>
        {
            Console.Write(WorkloadMethods.Load(parsed.GetValue(shown)!).ToYaml());
            return ExitCode.Done;
        });

        Argument<string[]> files = new("file") { Description = "YAML files.", Arity = ArgumentArity.OneOrMore };
        Command validate = new("validate", "Checks workloads and reports every fault with its place.") { files };
        validate.SetAction(parsed => Validation.Run(parsed.GetValue(files)!, file => WorkloadMethods.Load(file).Name));

        Command schema = new("schema", "Prints the JSON schema of workloads, for editors.");
        schema.SetAction(_ =>
        {
            Console.Write(WorkloadSchema.Json());
            return ExitCode.Done;
        });

        return new Command("workload", "Workloads: model, weights, data, task, step sizes.") { list, show, validate, schema };
    }
}
