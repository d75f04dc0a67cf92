using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;
using System.Reflection;
using NpuSim.Cli.Commands;
using NpuSim.Cli.Terminal;
using NpuSim.Files;
using NpuSim.Yaml;

namespace NpuSim.Cli;

/// <summary>The command npusim: its commands, and the one place where whatever goes wrong becomes a line and an exit
/// code.</summary>
internal static class CommandLine
{
    /// <summary>The root of all commands.</summary>
    public static RootCommand Create()
    {
        RootCommand root = new(
            "Says whether a fixed-point accelerator can train a network on the device: method, memory, cycles, energy, accuracy.");
        root.Subcommands.Add(CheckCommand.Create());
        root.Subcommands.Add(CompareCommand.Create());
        root.Subcommands.Add(CompletionCommand.Create());
        root.Subcommands.Add(DevicesCommand.Create());
        root.Subcommands.Add(DiffCommand.Create());
        root.Subcommands.Add(EvalCommand.Create());
        root.Subcommands.Add(ExplainCommand.Create());
        root.Subcommands.Add(InitCommand.Create());
        root.Subcommands.Add(PlanCommand.Create());
        root.Subcommands.Add(PretrainCommand.Create());
        root.Subcommands.Add(ProfileCommand.Create());
        root.Subcommands.Add(ReportCommand.Create());
        root.Subcommands.Add(RunCommand.Create());
        root.Subcommands.Add(StudyCommand.Create());
        root.Subcommands.Add(VectorsCommand.Create());
        root.Subcommands.Add(WorkloadCommand.Create());
        root.Options.Add(InputLimit.Create());
        Completions.AddTo(root);
        foreach (HelpOption help in root.Options.OfType<HelpOption>())
            help.Action = new HelpWithExample((HelpAction)help.Action!);
        return root;
    }

    /// <summary>Runs one command line.</summary>
    /// <param name="arguments">Without the program's name.</param>
    /// <param name="cancellation">Asks for an early end, as a signal does.</param>
    /// <returns>The exit code (<see cref="ExitCode"/>).</returns>
    public static async Task<int> RunAsync(string[] arguments, CancellationToken cancellation = default)
    {
        (TextWriter output, TextWriter error) = (Console.Out, Console.Error);
        Console.SetOut(TextWriter.Synchronized(new VisibleWriter(output)));
        Console.SetError(TextWriter.Synchronized(new VisibleWriter(new BestEffortWriter(error))));
        InputBudget.MaxBytes = InputBudget.DefaultBytes;
        try
        {
            if (arguments is ["--version"])
                return Version(); // what scripts ask before anything else: without a word of all the commands
            if ((Usage.Directive(arguments) ?? Usage.Undecodable(arguments) ?? Usage.Empty(arguments)) is { } wrong)
                return Refuse(wrong);
            ParseResult parsed = Create().Parse(arguments, new ParserConfiguration { ResponseFileTokenReplacer = null });
            return parsed.Action is ParseErrorAction ? Refuse(Usage.Fault(parsed)) : await InvokeAsync(parsed, cancellation);
        }
        finally
        {
            Console.SetOut(output);
            Console.SetError(error);
        }
    }

    private static async Task<int> InvokeAsync(ParseResult parsed, CancellationToken cancellation)
    {
        // Those that can be asked to end
        using Interruption? interruption = parsed.Action is AsynchronousCommandLineAction ? new() : null;
        using CancellationTokenSource ends =
            CancellationTokenSource.CreateLinkedTokenSource(cancellation, interruption?.Token ?? default);
        try
        {
            InputLimit.Apply(parsed);
            InvocationConfiguration own = new()
            {
                EnableDefaultExceptionHandler = false,
                ProcessTerminationTimeout = null,
                Output = Console.Out,
                Error = Console.Error,
            };
            return await parsed.InvokeAsync(own, ends.Token);
        }
        catch (InputException fault)
        {
            return Refuse(fault);
        }
        catch (AggregateException several) when (several.Flatten().InnerExceptions.OfType<InputException>()
            .FirstOrDefault() is { } fault)
        {
            return Refuse(fault); // from one of several threads
        }
        catch (Exception end) when (ends.IsCancellationRequested && end is OperationCanceledException or IOException)
        {
            return Interrupted();
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            return Refuse($"cannot read or write: {fault.Message}"); // such as standard output on a full disk
        }
        catch (Exception fault) when (IsMemory(fault))
        {
            return Refuse("this takes more memory than there is; a smaller batch, fewer samples or fewer --threads take less.");
        }
#pragma warning disable CA1031 // the outermost boundary: a defect of NpuSim ends with its trace and a code of its own
        catch (Exception defect)
#pragma warning restore CA1031
        {
            Console.Error.WriteLine($"npusim: internal error, please report it: {defect}");
            return ExitCode.Internal;
        }
    }

    private static int Version()
    {
        Console.WriteLine(
            typeof(CommandLine).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion);
        return ExitCode.Done;
    }

    private static int Interrupted()
    {
        Console.Error.WriteLine("npusim: interrupted.");
        return Interruption.ExitCode;
    }

    private static bool IsMemory(Exception fault) => fault is OutOfMemoryException
        || (fault is AggregateException several && several.Flatten().InnerExceptions.All(e => e is OutOfMemoryException));

    // Documents have a line for each of their faults; any other message is one line, whatever names are in it.
    private static int Refuse(InputException fault) =>
        Refuse(fault is InvalidDocumentException ? fault.Message : VisibleText.Line(fault.Message));

    private static int Refuse(string message)
    {
        Console.Error.WriteLine($"npusim: {message}");
        return ExitCode.BadInput;
    }
}
