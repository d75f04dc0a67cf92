namespace NpuSim.Yaml;

/// <summary>What a reader learns on its way through a document: the faults, and where each key stands.</summary>
internal sealed class Reading
{
    private readonly Dictionary<string, Position> _places = new(StringComparer.Ordinal) { [""] = Position.Start };

    public List<Fault> Faults { get; } = [];

    public void Fault(Position at, string path, string text) =>
        Faults.Add(new Fault(at, new Problem(OneLine(path), OneLine(text))));

    public void Remember(string path, Position key) => _places.TryAdd(path, key);

    /// <summary>Adds a fault at the key of that path, or at the nearest key around it that the document has.</summary>
    public void Fault(string path, string text)
    {
        string known = path;
        while (!_places.ContainsKey(known))
            known = known[..Math.Max(0, known.LastIndexOfAny(['.', '[']))];
        Fault(_places[known], path, text);
    }

    /// <summary>Part of the text as one short line between quotes.</summary>
    public static string Quote(string text, int longest = 60)
    {
        string line = OneLine(text);
        return line.Length > longest ? $"'{line[..longest]}…'" : $"'{line}'";
    }

    /// <summary>The text with a question mark for all that a terminal could take for a new line or a command.</summary>
    private static string OneLine(string text) =>
        string.Concat(text.Select(c => char.IsControl(c) || char.IsSurrogate(c) || c is '\u2028' or '\u2029' ? '?' : c));

    /// <summary>The path of a key inside a record or map.</summary>
    public static string Join(string path, string key) => path.Length == 0 ? Quote(key)[1..^1] : $"{path}.{Quote(key)[1..^1]}";
}
