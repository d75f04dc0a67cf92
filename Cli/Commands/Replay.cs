using System.CommandLine;
using System.CommandLine.Parsing;
using NpuSim.Reports.Text;

namespace NpuSim.Cli.Commands;

/// <summary>The command line that gives the same results again.</summary>
internal static class Replay
{
    /// <summary>The command with the options that were given, but for those that decide no result: where to and how
    /// fast.</summary>
    public static string Of(ParseResult parsed, params ReadOnlySpan<Option> leftOut)
    {
        List<string> words = [];
        for (CommandResult? level = parsed.CommandResult; level?.Parent is CommandResult parent; level = parent)
            words.Insert(0, level.Command.Name);
        words.Insert(0, "npusim");
        foreach (OptionResult given in parsed.CommandResult.Children.OfType<OptionResult>())
        {
            if (given.Implicit || leftOut.Contains(given.Option))
                continue;
            words.Add(given.Option.Name);
            words.AddRange(given.Tokens.Select(t => ShellWord.Of(t.Value)));
        }

        return string.Join(' ', words);
    }
}
