using System.Text.RegularExpressions;

namespace NpuSim.EndToEnd.Running;

/// <summary>A command that a document shows, and the lines it shows as printed by it.</summary>
/// <param name="Line">Line in the document, from 1 on.</param>
/// <param name="Command">A shell command that calls npusim.</param>
/// <param name="Shown">Lines of output; "…" stands for whatever is left out.</param>
internal sealed record TutorialStep(int Line, string Command, IReadOnlyList<string> Shown)
{
    /// <summary>The first shown line that the output lacks, or null. Lines must come in the order shown.</summary>
    public string? Missing(string output)
    {
        string[] printed = output.Split('\n');
        int next = 0;
        foreach (string shown in Shown.Where(s => s.Trim('…', ' ').Length > 0))
        {
            Regex pattern = Tutorial.Pattern(shown);
            while (next < printed.Length && !pattern.IsMatch(Tutorial.Normalize(printed[next])))
                next++;
            if (next++ >= printed.Length)
                return shown;
        }

        return null;
    }
}

/// <summary>
/// The tutorial in a Markdown document: its blocks marked <c>console</c>. Lines that begin with <c>$ npusim</c> or with
/// <c>$ dotnet run -c Release --project Cli --</c> are commands, and in blocks that have one so are <c>$ cat</c>, <c>$ cp</c>,
/// <c>$ head</c> and <c>$ sed</c>; other commands are left to the reader. A backslash at the end continues a line.
/// </summary>
internal static partial class Tutorial
{
    private const string Run = "dotnet run -c Release --project Cli --";

    private static readonly string[] Files = ["cat ", "cp ", "head ", "sed "];

    /// <summary>The steps of a document, in order.</summary>
    public static IReadOnlyList<TutorialStep> Read(string markdown)
    {
        List<TutorialStep> steps = [];
        string[] lines = markdown.ReplaceLineEndings("\n").Split('\n');
        for (int i = 0; i < lines.Length; i++)
        {
            if (lines[i].Trim() != "```console")
                continue;
            int end = Array.FindIndex(lines, i + 1, l => l.Trim() == "```");
            if (end < 0)
                throw new FormatException($"line {i + 1}: the block has no end");
            steps.AddRange(Block(lines[(i + 1)..end], i + 2));
            i = end;
        }

        return steps;
    }

    /// <summary>A line without what depends on the machine (host time, threads, processor) and with single spaces.</summary>
    public static string Normalize(string line) => Spaces().Replace(HostTime().Replace(line, "host time"), " ").Trim();

    /// <summary>What a line of output must look like.</summary>
    public static Regex Pattern(string shown) =>
        new("^" + Regex.Escape(Normalize(shown)).Replace("…", ".*", StringComparison.Ordinal) + "$",
            RegexOptions.CultureInvariant);

    private static IEnumerable<TutorialStep> Block(string[] lines, int first)
    {
        if (!lines.Any(l => Npusim(l) is not null))
            yield break;
        for (int i = 0; i < lines.Length;)
        {
            int start = i;
            string command = lines[i++];
            while (command.EndsWith('\\') && i < lines.Length)
                command = command[..^1] + lines[i++].Trim();
            int output = i;
            while (i < lines.Length && !lines[i].StartsWith("$ ", StringComparison.Ordinal))
                i++;
            string? run = Npusim(command) ?? (Files.Any(f => command.StartsWith("$ " + f, StringComparison.Ordinal))
                ? command[2..] : null);
            if (run is not null)
                yield return new TutorialStep(first + start, run, lines[output..i]);
        }
    }

    private static string? Npusim(string line) =>
        line.StartsWith("$ npusim ", StringComparison.Ordinal) ? line[2..]
        : line.StartsWith("$ " + Run, StringComparison.Ordinal) ? "npusim" + line[(2 + Run.Length)..]
        : null;

    [GeneratedRegex(@"\d+(\.\d+)? s on \d+ threads? \([^)]*\)")]
    private static partial Regex HostTime();

    [GeneratedRegex(@"\s+")]
    private static partial Regex Spaces();
}
