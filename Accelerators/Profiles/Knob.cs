using System.Collections.Immutable;

namespace NpuSim.Accelerators.Profiles;

/// <summary>One or more keys of a profile that take the same values in turn.</summary>
/// <param name="Paths">The keys; several are set together.</param>
/// <param name="Values">The values, in order, as YAML.</param>
public sealed record Knob(ImmutableArray<string> Paths, ImmutableArray<string> Values)
{
    /// <summary>What <see cref="Parse"/> accepts.</summary>
    public const string Accepted =
        "PATH=VALUES with values as 8,16,32 or 16..40 or 16..40+4 or 16KiB..1MiB*2, and for keys that change together "
            + "engine.{rows,columns}=8,16";

    /// <summary>Reads a knob.</summary>
    /// <param name="text">As <c>memory.scratchpad.size=16KiB..1MiB*2</c>.</param>
    /// <exception cref="InputException">It is none; the message says what is accepted.</exception>
    public static Knob Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        int equal = text.IndexOf('=', StringComparison.Ordinal);
        string path = equal < 0 ? "" : text[..equal].Trim();
        if (path.Length == 0)
            throw new InputException($"'{text}': accepted is {Accepted}.");
        ImmutableArray<string> values = [.. Outside(text[(equal + 1)..]).SelectMany(v => ValueRange.Expand(v, text)).Distinct()];
        return new([.. Linked(path, text)], values);
    }

    /// <summary>The settings of one value.</summary>
    public ImmutableArray<ProfileSetting> At(int index) => [.. Paths.Select(p => new ProfileSetting(p, Values[index]))];

    /// <summary>As <see cref="Parse"/> reads it.</summary>
    public override string ToString() =>
        $"{(Paths.Length == 1 ? Paths[0] : $"{{{string.Join(',', Paths)}}}")}={string.Join(',', Values)}";

    // engine.{rows,columns} and {engine.rows,vector.move}
    private static IEnumerable<string> Linked(string path, string whole)
    {
        int open = path.IndexOf('{', StringComparison.Ordinal), close = path.IndexOf('}', StringComparison.Ordinal);
        if (open < 0 && close < 0)
            return [path];
        string[] parts = open >= 0 && close > open ? [.. path[(open + 1)..close].Split(',').Select(p => p.Trim())] : [];
        if (parts.Length < 2 || parts.Contains("") || path.IndexOf('{', open + 1) >= 0 || parts.Distinct().Count() < parts.Length)
            throw new InputException($"'{whole}': accepted is {Accepted}.");
        return parts.Select(p => path[..open] + p + path[(close + 1)..]);
    }

    // Cut at commas outside brackets: a value may be a list or a group.
    private static IEnumerable<string> Outside(string text)
    {
        int depth = 0, start = 0;
        for (int i = 0; i <= text.Length; i++)
        {
            depth += i == text.Length ? 0 : text[i] is '{' or '[' ? 1 : text[i] is '}' or ']' ? -1 : 0;
            if (i < text.Length && (text[i] != ',' || depth > 0))
                continue;
            yield return text[start..i].Trim();
            start = i + 1;
        }
    }
}
