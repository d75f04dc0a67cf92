using System.Text;

namespace NpuSim.Yaml;

/// <summary>Names as YAML has them.</summary>
internal static class KebabCase
{
    /// <summary><c>BlockMacs</c> → <c>block-macs</c>, <c>Fp32CyclesPerMac</c> → <c>fp32-cycles-per-mac</c>.</summary>
    public static string Of(string name)
    {
        var kebab = new StringBuilder();
        for (int i = 0; i < name.Length; i++)
        {
            if (i > 0 && char.IsAsciiLetterUpper(name[i]) && !char.IsAsciiLetterUpper(name[i - 1]))
                kebab.Append('-');
            kebab.Append(char.ToLowerInvariant(name[i]));
        }

        return kebab.ToString();
    }
}
