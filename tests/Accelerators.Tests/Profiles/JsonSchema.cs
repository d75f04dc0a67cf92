using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace NpuSim.Accelerators.Tests.Profiles;

/// <summary>As much of JSON schema, draft 2020-12, as the generated schema uses; any other keyword is an error.</summary>
internal sealed class JsonSchema(JsonObject root)
{
    private static readonly HashSet<string> Notes = ["$schema", "$defs", "title", "description", "default"];

    /// <summary>The paths at which a document breaks the schema.</summary>
    public IReadOnlyList<string> Errors(JsonNode? document) => [.. Errors(root, document, "$")];

    private IEnumerable<string> Errors(JsonObject schema, JsonNode? node, string path) =>
        schema.Where(k => !Notes.Contains(k.Key)).SelectMany(k => Errors(schema, k.Key, k.Value!, node, path));

    private IEnumerable<string> Errors(JsonObject schema, string keyword, JsonNode value, JsonNode? node, string path)
    {
        bool ok = true;
        switch (keyword)
        {
            case "$ref":
                return Errors(root["$defs"]![((string)value!).Split('/')[^1]]!.AsObject(), node, path);
            case "properties":
                return value.AsObject().Where(p => node is JsonObject o && o.ContainsKey(p.Key))
                    .SelectMany(p => Errors(p.Value!.AsObject(), node![p.Key], $"{path}.{p.Key}"));
            case "items":
                return node!.AsArray().SelectMany((item, i) => Errors(value.AsObject(), item, $"{path}[{i}]"));
            case "additionalProperties" when value is JsonObject each:
                return node!.AsObject().SelectMany(p => Errors(each, p.Value, $"{path}.{p.Key}"));
            case "additionalProperties":
                ok = (bool)value || node!.AsObject().All(p => schema["properties"]!.AsObject().ContainsKey(p.Key));
                break;
            case "required":
                ok = value.AsArray().All(k => node!.AsObject().ContainsKey((string)k!));
                break;
            case "anyOf":
                ok = value.AsArray().Any(s => !Errors(s!.AsObject(), node, path).Any());
                break;
            case "oneOf":
                ok = value.AsArray().Count(s => !Errors(s!.AsObject(), node, path).Any()) == 1;
                break;
            case "type":
                ok = IsOfType((string)value!, node);
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
                ok = (double)node! >= (double)value;
                break;
            case "exclusiveMinimum":
                ok = (double)node! > (double)value;
                break;
            case "maximum":
                ok = (double)node! <= (double)value;
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
