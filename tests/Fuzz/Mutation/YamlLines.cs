using System.Text;

namespace NpuSim.Fuzz.Mutation;

/// <summary>Changes YAML line by line: other values, keys that are missing, given twice, elsewhere or unknown.</summary>
internal static class YamlLines
{
    public static byte[] Mutate(string text, Chance chance)
    {
        List<string> lines = [.. text.Split('\n')];
        for (int i = chance.Few(); i > 0 && lines.Count > 1; i--)
        {
            int at = chance.Below(lines.Count);
            for (int tries = 0; tries < 4 && lines[at].TrimStart().StartsWith('#'); tries++)
                at = chance.Below(lines.Count);
            int colon = lines[at].IndexOf(": ", StringComparison.Ordinal);
            switch (chance.Below(12))
            {
                case < 7 when colon > 0: lines[at] = $"{lines[at][..colon]}: {Value(lines[at][(colon + 2)..], chance)}"; break;
                case 7: lines.RemoveAt(at); break;
                case 8: lines.Insert(at, lines[at]); break;
                case 9: lines[at] = new string(' ', chance.Below(6)) + lines[at]; break;
                case 10: lines.Insert(at, $"{Values.Any(chance)}: {Values.Any(chance)}"); break;
                default: (lines[at], lines[(at + 1) % lines.Count]) = (lines[(at + 1) % lines.Count], lines[at]); break;
            }
        }

        byte[] bytes = Encoding.UTF8.GetBytes(string.Join('\n', lines).Replace("\uD83D\0", "", StringComparison.Ordinal));
        return chance.Once(12) ? Bytes.Mutate(bytes, chance) : bytes;
    }

    // The number alone, the unit alone, or all of it.
    private static string Value(string old, Chance chance)
    {
        string[] parts = old.Split(' ', 2);
        return parts.Length == 2 && char.IsAsciiDigit(old.FirstOrDefault()) && !chance.Once(4)
            ? $"{Values.Number(chance)} {parts[1]}"
            : chance.Once(4) ? $"\"{Values.Any(chance).Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)}\"" : Values.Any(chance);
    }
}
