using System.Collections.Immutable;
using System.Globalization;
using NpuSim.Workloads.Formats;
using NpuSim.Yaml;

namespace NpuSim.Workloads.Networks;

/// <summary>Which inputs and which output of a network file are read, where it has several, and sizes that it leaves
/// open.</summary>
/// <param name="Input">Each NAME or NAME=SHAPE, as "x=1x3x224x224"; empty: the file's one input as the file has it.</param>
/// <param name="Output">Name of the output; null: the file's one output.</param>
[Yaml("Which inputs and which output of a network file are read, where it has several, and sizes that it leaves open. What the "
    + "output does " +
    "not need is left out.", Key = "file")]
public sealed record FilePorts(
    [Yaml("Each NAME, or NAME=SHAPE with every size as the file orders them, the batch first, as x=1x3x224x224; empty: the "
        + "file's one input.",
        Optional = true)] ImmutableArray<string> Input = default,
    [Yaml("Name of the output; null: the file's one output.")] string? Output = null) : IChecked
{
    private const int MostAxes = 8, MostExtent = 1 << 20;

    /// <summary>Nothing is chosen: the file has one input of known sizes, and one output.</summary>
    public static FilePorts Unchosen { get; } = new();

    /// <summary>The inputs by name with their sizes, none where the file states them.</summary>
    /// <exception cref="InputException">One is not of the form that is accepted, or is there twice.</exception>
    internal ImmutableDictionary<string, ImmutableArray<int>> Inputs
    {
        get
        {
            var inputs = ImmutableDictionary.CreateBuilder<string, ImmutableArray<int>>(StringComparer.Ordinal);
            foreach (string text in Input.IsDefault ? [] : Input)
            {
                (string name, ImmutableArray<int> sizes) = Parse(text)
                    ?? throw new InputException($"input '{InputFile.OneLine(text)}': {Accepted}.");
                if (!inputs.TryAdd(name, sizes))
                    throw new InputException($"input '{InputFile.OneLine(name)}' is given twice.");
            }

            return inputs.ToImmutable();
        }
    }

    private static string Accepted =>
        $"accepted is NAME or NAME=SHAPE, as x=1x3x224x224, of 1 to {MostAxes} whole numbers from 1 to {MostExtent}";

    /// <inheritdoc/>
    public IEnumerable<Problem> Problems()
    {
        foreach (string text in Input.IsDefault ? [] : Input)
        {
            if (Parse(text) is null)
                yield return new Problem("input", $"found '{text}'; {Accepted}");
        }

        if (!Input.IsDefault && Input.Select(t => Parse(t)?.Name).Distinct(StringComparer.Ordinal).Count() < Input.Length)
            yield return new Problem("input", "an input is there twice; accepted are different ones");
    }

    // Names may hold '='; sizes stand behind the last one.
    private static (string Name, ImmutableArray<int> Sizes)? Parse(string text)
    {
        int end = text.LastIndexOf('=');
        if (end < 0)
            return text.Length > 0 ? (text, []) : null;
        int[] sizes = [.. text[(end + 1)..].Split('x')
            .Select(s => int.TryParse(s, NumberStyles.None, CultureInfo.InvariantCulture, out int size) ? size : 0)];
        return end > 0 && sizes.Length <= MostAxes && sizes.All(s => s is >= 1 and <= MostExtent)
            ? (text[..end], [.. sizes]) : null;
    }
}
