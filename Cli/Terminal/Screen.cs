using NpuSim.Reports.Studies.Decisions;
using Spectre.Console;

namespace NpuSim.Cli.Terminal;

/// <summary>Standard output: as wide as the terminal and in its colours; plain text of a fixed width where it goes to a file or a
/// pipe. NO_COLOR and TERM=dumb are honoured.</summary>
internal sealed class Screen : IDisposable
{
    /// <summary>Width where there is no terminal: the same bytes wherever they are written.</summary>
    public const int PlainWidth = 100;

    private const int LeastWidth = 60, MostWidth = 200;

    private readonly IAnsiConsole? console;
    private readonly StreamWriter? output;

    /// <summary>Opens it.</summary>
    public Screen()
    {
        if (Console.IsOutputRedirected)
            return;
        output = new StreamWriter(Console.OpenStandardOutput()) { AutoFlush = true };
        console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(output) });
        Width = Math.Clamp(console.Profile.Width, LeastWidth, MostWidth);
    }

    /// <summary>Columns of a line.</summary>
    public int Width { get; } = PlainWidth;

    /// <summary>Writes a piece of text, line breaks included; what is no visible text is not written as it is.</summary>
    public void Write(string text, TextTone tone)
    {
        string visible = VisibleText.Lines(text);
        if (console is null || console.Profile.Capabilities.ColorSystem == ColorSystem.NoColors || tone == TextTone.Plain)
            Console.Write(visible);
        else
            console.Write(new ControlCode($"\u001b[{Code(tone)}m{visible}\u001b[0m"));
    }

    /// <inheritdoc/>
    public void Dispose() => output?.Dispose();

    private static string Code(TextTone tone) => tone switch
    {
        TextTone.Strong => "1",
        TextTone.Good => "1;32",
        TextTone.Weak => "2",
        TextTone.Bad => "31",
        _ => throw new ArgumentOutOfRangeException(nameof(tone), tone, null),
    };
}
