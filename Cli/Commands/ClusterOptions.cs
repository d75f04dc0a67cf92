using System.CommandLine;
using NpuSim.Cli.Terminal;

namespace NpuSim.Cli.Commands;

/// <summary>What runs a study by several processes that share its folder.</summary>
/// <param name="study">Name of the study's command, as sweep.</param>
/// <param name="work">What a task does, in words.</param>
/// <param name="known">What is collected, in words.</param>
/// <param name="data">Folder of the data sets.</param>
internal sealed class ClusterOptions(string study, string work, string known, Option<string?> data)
{
    private readonly Option<int?> tasks = WholeNumber.Option(["--tasks"], "Tasks of the script that --emit prints.", 1, 100_000);

    /// <summary>Write what is known, and run nothing.</summary>
    public Option<bool> Collect { get; } = new("--collect")
    {
        Description = $"Write the results of the {known} that are known, and run nothing.",
    };

    /// <summary>Wait for the tasks, then write.</summary>
    public Option<bool> Wait { get; } = new("--wait")
    {
        Description = "Wait until the tasks that share --out have done everything, then write the results.",
    };

    /// <summary>Print a script of tasks.</summary>
    public Option<string?> Script { get; } = new("--emit")
    {
        Description = $"Print the script that runs the study as tasks of a cluster: {SweepScript.Accepted}; with --tasks.",
    };

    /// <summary>Be one of the tasks, as 0/4.</summary>
    public Option<string?> Task { get; } = new("--task")
    {
        Description = $"Be one task of several that share --out, as 0/4: {work}; --collect then writes the results.",
    };

    /// <summary>All of them.</summary>
    public IEnumerable<Option> All => [Collect, Wait, Script, tasks, Task];

    /// <summary>Refuses two of what a command does instead of its study.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="options">Options that do so, in the order in which they are named.</param>
    /// <exception cref="InputException">Two are given.</exception>
    public static void RequireOne(ParseResult parsed, params IEnumerable<Option> options)
    {
        Option[] instead = [.. options.Where(o => parsed.GetResult(o) is { Implicit: false })];
        if (instead.Length > 1)
            throw new InputException($"{instead[0].Name} and {instead[1].Name} are given both; accepted is one of them.");
    }

    /// <summary>Where a script is wanted: keeps the study in its folder and prints the script.</summary>
    /// <returns>False where none is wanted.</returns>
    /// <exception cref="InputException">The number of tasks is missing, or the script is refused.</exception>
    public bool TryEmit<T>(ParseResult parsed, T asked, string folder) where T : class
    {
        if (parsed.GetValue(Script) is not { } scheduler)
            return false;
        string script = SweepScript.Of(study, scheduler, parsed.GetValue(tasks)
            ?? throw new InputException("--emit needs --tasks N."), Path.GetFullPath(folder), parsed.GetValue(data));
        StudyFile.Keep(asked, folder);
        Console.Write(script);
        return true;
    }

    /// <summary>Runs what stops by an exception; false: it was interrupted.</summary>
    public static bool IsDone(Action run)
    {
        try
        {
            run();
            return true;
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }

    /// <summary>Runs a task's share, which begins at this part of the work, 0..1, and says so when nothing is left.</summary>
    /// <exception cref="InputException">The share is none.</exception>
    public static int RunTask(string share, Action<double> run)
    {
        double first = TaskShare.Of(share);
        if (!IsDone(() => run(first)))
            return Interruption.ExitCode;
        Console.WriteLine($"task {share}: nothing is left to do");
        return ExitCode.Done;
    }

    /// <summary>Waits until others have done everything; false: interrupted.</summary>
    public static bool WaitForAll(Func<bool> isMissing, CancellationToken cancellation)
    {
        while (isMissing())
        {
            if (cancellation.WaitHandle.WaitOne(TimeSpan.FromSeconds(1)))
                return false;
        }

        return true;
    }
}
