namespace NpuSim.Yaml;

/// <summary>A document that cannot be used; the message has one line for each fault.</summary>
/// <param name="file">Name of the file, as the user gave it.</param>
/// <param name="faults">At least one, in the order of the text.</param>
public sealed class InvalidDocumentException(string file, IReadOnlyList<Fault> faults) : InputException(Lines(file, faults))
{
    private const int MaxLines = 100;

    /// <summary>Name of the file, as the user gave it.</summary>
    public string File { get; } = file;

    /// <summary>At least one, in the order of the text.</summary>
    public IReadOnlyList<Fault> Faults { get; } = faults;

    private static string Lines(string file, IReadOnlyList<Fault> faults)
    {
        IEnumerable<string> lines = faults.Take(MaxLines).Select(f => $"{VisibleText.Line(file)}:{f}");
        if (faults.Count > MaxLines)
            lines = lines.Append($"{file}: {faults.Count - MaxLines} more faults");
        return string.Join('\n', lines);
    }
}
