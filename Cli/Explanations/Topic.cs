using System.Collections.Immutable;

namespace NpuSim.Cli.Explanations;

/// <summary>Something that npusim explain explains.</summary>
/// <param name="Name">As a user asks for it.</param>
/// <param name="What">As "a figure of reports".</param>
/// <param name="Meaning">Its definition.</param>
/// <param name="Facts">What else there is to know of it, each with a label; a null text is left out.</param>
internal sealed record Topic(string Name, string What, string Meaning, params ImmutableArray<(string Label, string? Text)> Facts)
{
    /// <summary>Other names that mean it.</summary>
    public ImmutableArray<string> Aliases { get; init; } = [];

    /// <summary>True for one of its names, whatever the case of the letters.</summary>
    public bool IsCalled(string name) =>
        Aliases.Prepend(Name).Any(n => n.Equals(name, StringComparison.OrdinalIgnoreCase));

    /// <summary>Prints it.</summary>
    public void Write(TextWriter output)
    {
        output.WriteLine($"{Name} – {What}");
        output.WriteLine($"  {Meaning}");
        foreach ((string label, string? text) in Facts.Where(f => f.Text is not null))
            output.WriteLine($"  {label,-9} {text}");
    }
}
