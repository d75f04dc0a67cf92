using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using NpuSim.Yaml.Nodes;

namespace NpuSim.Yaml.Forms;

/// <summary>A string.</summary>
internal sealed partial class TextForm : Form
{
    public override string Accepts => "text";

    public override bool TryRead(Node node, string path, Reading reading, out object? value)
    {
        if (node is not ScalarNode scalar || node.IsNull)
            return Refuse(node, path, reading, out value);
        value = scalar.Text;
        return true;
    }

    public override Printed Print(object value) => Printed.Inline(Quoted((string)value));

    public override JsonObject Schema(Definitions definitions) => new() { ["type"] = "string" };

    /// <summary>The text as it is where no reader could take it for anything else, else between double quotes.</summary>
    public static string Quoted(string text)
    {
        if (Harmless().IsMatch(text) && text is not ("null" or "true" or "false"))
            return text;
        var quoted = new StringBuilder("\"");
        for (int i = 0; i < text.Length; i++)
        {
            char c = text[i];
            if (c is '"' or '\\')
                quoted.Append('\\').Append(c);
            else if (char.IsHighSurrogate(c) && i + 1 < text.Length && char.IsLowSurrogate(text[i + 1]))
                quoted.Append(c).Append(text[++i]);
            else if (IsVisible(c))
                quoted.Append(c);
            else
                quoted.Append($"\\u{(int)c:X4}");
        }

        return quoted.Append('"').ToString();
    }

    private static bool IsVisible(char c) => c == ' ' || (!char.IsWhiteSpace(c) && char.GetUnicodeCategory(c) is not (
        UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.Surrogate or UnicodeCategory.OtherNotAssigned));

    [GeneratedRegex(@"\A[\p{L}/](?:[\p{L}\d ._/()%+=;,×·-]*[\p{L}\d._/()%+-])?\z")]
    private static partial Regex Harmless();
}
