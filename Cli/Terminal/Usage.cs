using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using NpuSim.Yaml;

namespace NpuSim.Cli.Terminal;

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

    /// <summary>What is wrong with the directive by which shells ask for completions; null where nothing is.</summary>
    public static string? Directive(string[] arguments) =>
        arguments is [var first, ..] && first.StartsWith("[suggest:", StringComparison.Ordinal)
            && !(first[^1] == ']' && int.TryParse(first[9..^1], NumberStyles.None, CultureInfo.InvariantCulture, out _))
            ? $"{first}: accepted is [suggest:POSITION] with a whole number, before a command line"
            : null;

    /// <summary>What is wrong where the bytes of an argument were no UTF-8: they are lost, so it would name another file; null
    /// where nothing is.</summary>
    public static string? Undecodable(string[] arguments) =>
        arguments.FirstOrDefault(a => a.Contains('\uFFFD')) is { } argument
            ? $"argument '{argument}': accepted is UTF-8 text" : null;

    /// <summary>What is wrong where an argument or the value of an option is empty, which names no file, method or number; null
    /// where none is.</summary>
    public static string? Empty(string[] arguments) => arguments is [['[', ..], ..] ? null
        : arguments.FirstOrDefault(a => a.StartsWith('-') && a.EndsWith('=')) is { } option ? $"{option[..^1]} has an empty value"
        : Array.IndexOf(arguments, "") is var at and >= 0
            ? $"argument {at + 1}{(at > 0 ? $", after '{arguments[at - 1]}'," : "")} is empty"
        : null;

    private static string What(ParseResult parsed, Command command)
    {
        string[] commands = [.. command.Subcommands.Select(c => c.Name)];
        if (parsed.UnmatchedTokens is [string unknown, ..])
        {
            if (unknown.StartsWith('-'))
                return $"there is no option '{unknown}'{Suggestion.For(unknown, command.Options.Select(o => o.Name))}";
            return commands.Length == 0
                ? $"'{unknown}' is one argument too many"
                : $"there is no command '{unknown}'; accepted are "
                    + $"{string.Join(", ", commands)}{Suggestion.For(unknown, commands)}";
        }

        return commands.Length > 0 ? $"a command is missing; accepted are {string.Join(", ", commands)}"
            : Accepted(parsed.Errors[0]);
    }

    // What the parser says of a value that it cannot convert names a type of .NET.
    private static string Accepted(ParseError error)
    {
        const string Conversion = "expected type";
        if (error.SymbolResult is not OptionResult { Option: var option } result
            || !error.Message.Contains(Conversion, StringComparison.Ordinal))
            return error.Message;
        string accepted = option.ValueType == typeof(FileInfo) ? "the name of a file" : "another value";
        return $"{option.Name} '{string.Join(' ', result.Tokens.Select(t => t.Value))}': accepted is {accepted}";
    }

    /// <summary>The words that call a command, as "npusim profile show".</summary>
    public static string Path(Command command) =>
        command.Parents.OfType<Command>().FirstOrDefault() is { } parent ? $"{Path(parent)} {command.Name}" : "npusim";
}
