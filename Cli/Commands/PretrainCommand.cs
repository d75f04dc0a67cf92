using System.CommandLine;
using NpuSim.Cli.Terminal;
using NpuSim.Simulator.Studies;
using NpuSim.Workloads.Formats;
using NpuSim.Workloads.Tasks;

namespace NpuSim.Cli.Commands;

/// <summary>npusim pretrain: makes the weights that a workload starts from.</summary>
internal static class PretrainCommand
{
    public static Command Create()
    {
        Argument<string> name = new("workload") { Description = "Shipped workload or path of a workload file." };
        Option<string> file = new("--out", "-o") { Description = "Weight file to write (safetensors).", Required = true };
        Option<bool> overwrite = OutputFile.Overwrite();
        Option<string?> data = new("--data")
        {
            Description =
            "Folder of the data sets; default: the environment variable NPUSIM_DATA."
        };
        Command command = new("pretrain",
            "Trains a workload's network by its recipe and writes the weights.") { name, file, overwrite,
            data };
        command.SetAction((parsed, cancellation) =>
        {
            Workload workload = WorkloadMethods.Load(parsed.GetValue(name)!);
            string path = parsed.GetValue(file)!;
            OutputFile.Require(path, parsed.GetValue(overwrite));
            WorkloadData images = new(workload, parsed.GetValue(data));
            using StudyProgress progress = new(quiet: false);
            Weights weights = WorkloadSetup.Pretrain(workload, images, progress.Pretraining, cancellation);
            OutputFile.Write(path, parsed.GetValue(overwrite), stream => Safetensors.Write(stream, weights));
            progress.Dispose();
            (double source, double target) = WorkloadSetup.Measure(workload, images, weights);
            Console.WriteLine(
                $"{Path.GetFileName(path)}: {100 * source:F1} % on the source domain, {100 * target:F1} % on the target domain "
                    + $"(fp32)");
            return Task.FromResult(ExitCode.Done);
        });
        return command;
    }
}
