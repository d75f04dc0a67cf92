using System.CommandLine;
using System.CommandLine.Invocation;
using NpuSim;
using NpuSim.Cli;
using NpuSim.Cli.Commands;

RootCommand root = new(
    "Says whether a fixed-point accelerator can train a network on the device: method, memory, cycles, energy, accuracy.");
root.Subcommands.Add(CheckCommand.Create());
root.Subcommands.Add(CompareCommand.Create());
root.Subcommands.Add(DevicesCommand.Create());
root.Subcommands.Add(DiffCommand.Create());
root.Subcommands.Add(EvalCommand.Create());
root.Subcommands.Add(PlanCommand.Create());
root.Subcommands.Add(PretrainCommand.Create());
root.Subcommands.Add(ProfileCommand.Create());
root.Subcommands.Add(ReportCommand.Create());
root.Subcommands.Add(RunCommand.Create());
root.Subcommands.Add(StudyCommand.Create());
root.Subcommands.Add(VectorsCommand.Create());
root.Subcommands.Add(WorkloadCommand.Create());

ParseResult parsed = root.Parse(args, new ParserConfiguration { ResponseFileTokenReplacer = null });
if (parsed.Action is ParseErrorAction)
{
    Console.Error.WriteLine($"npusim: {Usage.Fault(parsed)}");
    return ExitCode.BadInput;
}

using Interruption? interruption = parsed.Action is AsynchronousCommandLineAction ? new() : null; // those that can be asked to end

try
{
    InvocationConfiguration own = new() { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null };
    return await parsed.InvokeAsync(own, interruption?.Token ?? default);
}
catch (InputException fault)
{
    Console.Error.WriteLine($"npusim: {fault.Message}");
    return ExitCode.BadInput;
}
catch (AggregateException several) when (several.InnerExceptions.OfType<InputException>().FirstOrDefault() is { } fault)
{
    Console.Error.WriteLine($"npusim: {fault.Message}"); // from one of several threads
    return ExitCode.BadInput;
}
catch (Exception end) when (interruption is { Token.IsCancellationRequested: true }
    && end is OperationCanceledException or IOException)
{
    try // the terminal may be gone
    {
        Console.Error.WriteLine("npusim: interrupted.");
    }
    catch (IOException)
    {
    }

    return Interruption.ExitCode;
}
catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
{
    // such as standard output on a full disk
    Console.Error.WriteLine($"npusim: cannot read or write: {fault.Message.ReplaceLineEndings(" ")}");
    return ExitCode.BadInput;
}
#pragma warning disable CA1031 // the outermost boundary: a defect of NpuSim ends with its trace and a code of its own
catch (Exception defect)
#pragma warning restore CA1031
{
    Console.Error.WriteLine($"npusim: internal error, please report it: {defect}");
    return ExitCode.Internal;
}
