using System.CommandLine;
using System.CommandLine.Invocation;
using NpuSim;
using NpuSim.Cli;
using NpuSim.Cli.Commands;

RootCommand root = new("Says whether a fixed-point accelerator can train a network on the device: method, memory, cycles, energy, accuracy.");
root.Subcommands.Add(CompareCommand.Create());
root.Subcommands.Add(PlanCommand.Create());
root.Subcommands.Add(PretrainCommand.Create());
root.Subcommands.Add(ProfileCommand.Create());
root.Subcommands.Add(WorkloadCommand.Create());

ParseResult parsed = root.Parse(args);
if (parsed.Action is ParseErrorAction)
{
    foreach (var error in parsed.Errors)
        Console.Error.WriteLine($"npusim: {error.Message}");
    Console.Error.WriteLine($"npusim: see npusim {string.Join(' ', parsed.CommandResult.Command == root ? "" : parsed.CommandResult.Command.Name)} --help");
    return ExitCode.BadInput;
}

using CancellationTokenSource interrupted = new();
Console.CancelKeyPress += (_, press) =>
{
    press.Cancel = true; // what is finished is still written
    interrupted.Cancel();
};

try
{
    return await parsed.InvokeAsync(new InvocationConfiguration { EnableDefaultExceptionHandler = false }, interrupted.Token);
}
catch (InputException fault)
{
    Console.Error.WriteLine($"npusim: {fault.Message}");
    return ExitCode.BadInput;
}
catch (OperationCanceledException)
{
    Console.Error.WriteLine("npusim: interrupted.");
    return ExitCode.Interrupted;
}
#pragma warning disable CA1031 // the outermost boundary: a defect of NpuSim ends with its trace and a code of its own
catch (Exception defect)
#pragma warning restore CA1031
{
    Console.Error.WriteLine($"npusim: internal error, please report it: {defect}");
    return ExitCode.Internal;
}
