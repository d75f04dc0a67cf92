using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace NpuSim.Support;

/// <summary>As much of JSON schema, draft 2020-12, as the program's schemas use; any other keyword is an error.</summary>
/// <param name="text">The schema.</param>
public sealed class JsonSchema(string text)
{
    private static readonly HashSet<string> Notes = ["$schema", "$defs", "title", "description", "default"];

    private readonly JsonObject root = JsonNode.Parse(text)!.AsObject();

    /// <summary>The places at which a document breaks the schema: path, and keyword broken.</summary>
    public IReadOnlyList<string> Faults(string document) => Faults(JsonNode.Parse(document));

    /// <summary>The places at which a document breaks the schema: path, and keyword broken.</summary>
    public IReadOnlyList<string> Faults(JsonNode? document) => [.. Faults(root, document, "$")];

    private IEnumerable<string> Faults(JsonObject schema, JsonNode? node, string path) =>
        schema.Where(k => !Notes.Contains(k.Key)).SelectMany(k => Faults(schema, k.Key, k.Value!, node, path));

    // As the standard has it, a keyword about objects, lists, numbers or texts says nothing about anything else.
    private IEnumerable<string> Faults(JsonObject schema, string keyword, JsonNode value, JsonNode? node, string path)
    {
        (JsonObject? members, JsonArray? items) = (node as JsonObject, node as JsonArray);
        double? number = node is JsonValue some && some.TryGetValue(out double d) ? d : null;
        bool ok = true;
        switch (keyword)
        {
            case "$ref":
                return Faults(root["$defs"]![((string)value!).Split('/')[^1]]!.AsObject(), node, path);
            case "properties":
                return value.AsObject().Where(p => members?.ContainsKey(p.Key) == true)
                    .SelectMany(p => Faults(p.Value!.AsObject(), node![p.Key], $"{path}.{p.Key}"));
            case "items":
                return items?.SelectMany((item, i) => Faults(value.AsObject(), item, $"{path}[{i}]")) ?? [];
            case "additionalProperties" when value is JsonObject each:
                return members?.SelectMany(p => Faults(each, p.Value, $"{path}.{p.Key}")) ?? [];
            case "additionalProperties":
                ok = (bool)value || members?.All(p => schema["properties"]!.AsObject().ContainsKey(p.Key)) != false;
                break;
            case "required":
                ok = members is null || value.AsArray().All(k => members.ContainsKey((string)k!));
                break;
            case "anyOf":
                ok = value.AsArray().Any(s => !Faults(s!.AsObject(), node, path).Any());
                break;
            case "oneOf":
                ok = value.AsArray().Count(s => !Faults(s!.AsObject(), node, path).Any()) == 1;
                break;
            case "type":
                ok = value is JsonArray types ? types.Any(t => IsOfType((string)t!, node)) : IsOfType((string)value!, node);
                break;
            case "const":
                ok = JsonNode.DeepEquals(value, node);
                break;
            case "enum":
                ok = value.AsArray().Any(v => JsonNode.DeepEquals(v, node));
                break;
            case "pattern":
                ok = node is not JsonValue text || !text.TryGetValue(out string? s) || Regex.IsMatch(s, (string)value!);
                break;
            case "minimum":
                ok = number is null || number >= (double)value;
                break;
            case "exclusiveMinimum":
                ok = number is null || number > (double)value;
                break;
            case "maximum":
                ok = number is null || number <= (double)value;
                break;
            default:
                throw new NotSupportedException(keyword);
        }

        return ok ? [] : [$"{path}: {keyword}"];
    }

    private static bool IsOfType(string type, JsonNode? node) => type switch
    {
        "null" => node is null,
        "object" => node is JsonObject,
        "array" => node is JsonArray,
        "string" => node is JsonValue v && v.TryGetValue(out string? _),
        "boolean" => node is JsonValue v && v.TryGetValue(out bool _),
        "integer" => node is JsonValue v && v.TryGetValue(out double d) && d == Math.Truncate(d),
        "number" => node is JsonValue v && v.TryGetValue(out double _),
        _ => throw new NotSupportedException(type),
    };
}
