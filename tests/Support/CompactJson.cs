using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace NpuSim.Support;

/// <summary>JSON for people to read: what fits a line stands on one, all else a member or an element a line.</summary>
public static class CompactJson
{
    private const int Width = 130;

    private static readonly JsonSerializerOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The text, ended by a line feed.</summary>
    public static string Text(JsonNode document) => Text(document, 0, 0) + "\n";

    private static string Text(JsonNode? node, int depth, int before)
    {
        string line = Line(node), indent = new(' ', 2 * (depth + 1)), end = "\n" + new string(' ', 2 * depth);
        if (before + (2 * depth) + line.Length < Width || node is JsonValue or null)
            return line;
        return node is JsonArray list
            ? $"[{string.Join(",", list.Select(i => "\n" + indent + Text(i, depth + 1, 0)))}{end}]"
            : $"{{{string.Join(",", node.AsObject().Select(m => "\n" + indent + Member(m.Key, m.Value, depth + 1)))}{end}}}";
    }

    private static string Member(string key, JsonNode? value, int depth) => Key(key) + Text(value, depth, Key(key).Length);

    private static string Line(JsonNode? node) => node switch
    {
        null => "null",
        JsonArray list => $"[{string.Join(", ", list.Select(Line))}]",
        JsonObject map => $"{{ {string.Join(", ", map.Select(m => Key(m.Key) + Line(m.Value)))} }}",
        _ => node.ToJsonString(Plain),
    };

    private static string Key(string key) => JsonSerializer.Serialize(key, Plain) + ": ";
}
