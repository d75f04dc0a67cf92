namespace NpuSim.Yaml.Forms;

/// <summary>A value as YAML: one line that may follow its key, or a block below it.</summary>
/// <param name="Lines">At least one; without indentation.</param>
/// <param name="Block">True: the lines go below the key.</param>
internal readonly record struct Printed(IReadOnlyList<string> Lines, bool Block)
{
    public static Printed Inline(string text) => new([text], false);

    /// <summary>The lines of <c>key: value</c>.</summary>
    public IEnumerable<string> Under(string key) =>
        Block ? Lines.Select(line => $"  {line}").Prepend($"{key}:") : [$"{key}: {Lines[0]}"];

    /// <summary>The lines of <c>- value</c>.</summary>
    public IEnumerable<string> AsItem() => Lines.Select((line, i) => i == 0 ? $"- {line}" : $"  {line}");
}
