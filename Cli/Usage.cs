using System.CommandLine;
using NpuSim.Yaml;

namespace NpuSim.Cli;

/// <summary>Says in one line what is wrong with a command line.</summary>
internal static class Usage
{
    /// <summary>The first fault, what was probably meant, and where help is.</summary>
    /// <param name="parsed">A command line with at least one fault.</param>
    public static string Fault(ParseResult parsed)
    {
        Command command = parsed.CommandResult.Command;
        return $"{What(parsed, command).TrimEnd('.')}; see {Path(command)} --help";
    }

    private static string What(ParseResult parsed, Command command)
    {
        string[] commands = [.. command.Subcommands.Select(c => c.Name)];
        if (parsed.UnmatchedTokens is [string unknown, ..])
        {
            if (unknown.StartsWith('-'))
                return $"there is no option '{unknown}'{Suggestion.For(unknown, command.Options.Select(o => o.Name))}";
            return commands.Length == 0
                ? $"'{unknown}' is one argument too many"
                : $"there is no command '{unknown}'; accepted are {string.Join(", ", commands)}{Suggestion.For(unknown, commands)}";
        }

        return commands.Length > 0 ? $"a command is missing; accepted are {string.Join(", ", commands)}"
            : parsed.Errors[0].Message;
    }

    private static string Path(Command command) =>
        command.Parents.OfType<Command>().FirstOrDefault() is { } parent ? $"{Path(parent)} {command.Name}" : "npusim";
}
