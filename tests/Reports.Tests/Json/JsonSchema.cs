using System.Text.Json;

namespace NpuSim.Reports.Tests.Json;

/// <summary>
/// Checks a document against the part of JSON Schema that docs/results.schema.json uses; any other keyword is a fault of the
/// schema.
/// </summary>
internal sealed class JsonSchema(JsonElement root)
{
    private static readonly string[] Annotations = ["$schema", "$defs", "title", "description"];

    public List<string> Faults(JsonElement document)
    {
        List<string> faults = [];
        Check(root, document, "$", faults);
        return faults;
    }

    private void Check(JsonElement schema, JsonElement value, string path, List<string> faults)
    {
        foreach (JsonProperty rule in schema.EnumerateObject())
        {
            switch (rule.Name)
            {
                case "$ref":
                    Check(root.GetProperty("$defs").GetProperty(rule.Value.GetString()!["#/$defs/".Length..]), value, path,
                        faults);
                    break;
                case "type":
                    string[] types = rule.Value.ValueKind == JsonValueKind.Array
                        ? [.. rule.Value.EnumerateArray().Select(t => t.GetString()!)] : [rule.Value.GetString()!];
                    if (!types.Any(t => IsOf(t, value)))
                        faults.Add($"{path} is {value.ValueKind}, not {string.Join(" or ", types)}");
                    break;
                case "const" when !JsonElement.DeepEquals(rule.Value, value):
                    faults.Add($"{path} is not {rule.Value}");
                    break;
                case "minimum" when value.GetDouble() < rule.Value.GetDouble():
                    faults.Add($"{path} is below {rule.Value}");
                    break;
                case "enum" when !rule.Value.EnumerateArray().Any(v => JsonElement.DeepEquals(v, value)):
                    faults.Add($"{path} is none of {rule.Value}");
                    break;
                case "pattern" when !System.Text.RegularExpressions.Regex.IsMatch(value.GetString()!, rule.Value.GetString()!):
                    faults.Add($"{path} is not {rule.Value}");
                    break;
                case "required":
                    faults.AddRange(rule.Value.EnumerateArray().Select(k => k.GetString()!).Where(k =>
                        !value.TryGetProperty(k, out _)).Select(k => $"{path} lacks {k}"));
                    break;
                case "properties":
                    foreach (JsonProperty member in value.EnumerateObject().Where(m => rule.Value.TryGetProperty(m.Name, out _)))
                        Check(rule.Value.GetProperty(member.Name), member.Value, $"{path}.{member.Name}", faults);
                    break;
                case "additionalProperties" when rule.Value.ValueKind == JsonValueKind.Object:
                    foreach (JsonProperty member in value.EnumerateObject())
                        Check(rule.Value, member.Value, $"{path}.{member.Name}", faults);
                    break;
                case "additionalProperties" when !rule.Value.GetBoolean():
                    faults.AddRange(value.EnumerateObject().Where(m =>
                        !schema.GetProperty("properties").TryGetProperty(m.Name, out _)).Select(m => $"{path} has {m.Name}"));
                    break;
                case "items":
                    foreach ((int i, JsonElement item) in value.EnumerateArray().Index())
                        Check(rule.Value, item, $"{path}[{i}]", faults);
                    break;
                case "oneOf":
                    if (rule.Value.EnumerateArray().Count(option => Holds(option, value)) != 1)
                        faults.Add($"{path} is none of the accepted shapes");
                    break;
                default:
                    if (!Annotations.Contains(rule.Name) && rule.Name is not ("const" or "minimum" or "enum" or "pattern"))
                        faults.Add($"the schema uses the keyword {rule.Name}, which this check does not know");
                    break;
            }
        }
    }

    private bool Holds(JsonElement schema, JsonElement value)
    {
        if (value.ValueKind == JsonValueKind.Null)
            return schema.TryGetProperty("type", out JsonElement type) && type.GetString() == "null";
        if (schema.TryGetProperty("type", out JsonElement other) && other.GetString() == "null")
            return false;
        List<string> faults = [];
        Check(schema, value, "", faults);
        return faults.Count == 0;
    }

    private static bool IsOf(string type, JsonElement value) => type switch
    {
        "integer" => value.ValueKind == JsonValueKind.Number && (value.TryGetInt64(out _) || value.TryGetUInt64(out _)),
        "number" => value.ValueKind == JsonValueKind.Number,
        "string" => value.ValueKind == JsonValueKind.String,
        "boolean" => value.ValueKind is JsonValueKind.True or JsonValueKind.False,
        "object" => value.ValueKind == JsonValueKind.Object,
        "array" => value.ValueKind == JsonValueKind.Array,
        "null" => value.ValueKind == JsonValueKind.Null,
        _ => throw new InvalidOperationException($"Type {type} is not known."),
    };
}
