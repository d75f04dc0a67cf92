using System.Collections.Immutable;

namespace NpuSim.Cli.Terminal;

/// <summary>Internal errors of single runs: each is a row of the results, and the command ends with a code of its own.</summary>
internal static class Defects
{
    /// <summary>Prints them.</summary>
    /// <returns>The exit code of a command that is otherwise done.</returns>
    public static int Report(ImmutableArray<Exception> defects)
    {
        foreach (IGrouping<string, Exception> same in defects.GroupBy(d => d.ToString()))
            Console.Error.WriteLine(
                $"npusim: internal error in {same.Count()} {(same.Count() == 1 ? "run" : "runs")}, please report it: {same.Key}");
        return defects.IsEmpty ? ExitCode.Done : ExitCode.Internal;
    }
}
