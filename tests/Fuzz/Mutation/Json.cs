using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace NpuSim.Fuzz.Mutation;

/// <summary>Changes a JSON document as a tree: other numbers, types, keys and lengths.</summary>
internal static class Json
{
    private static readonly JsonSerializerOptions Compact = new() { WriteIndented = false };

    public static byte[] Mutate(byte[] content, Chance chance)
    {
        JsonNode root;
        try
        {
            root = JsonNode.Parse(content)!;
        }
        catch (JsonException)
        {
            return Bytes.Mutate(content, chance);
        }

        for (int i = chance.Few(); i > 0; i--)
            Change(Pick(root, chance), chance);
        byte[] bytes = Encoding.UTF8.GetBytes(root.ToJsonString(Compact));
        return chance.Once(10) ? Bytes.Mutate(bytes, chance) : bytes;
    }

    // A container, the deeper the more often.
    private static JsonNode Pick(JsonNode node, Chance chance)
    {
        while (!chance.Once(5))
        {
            JsonNode?[] inner = node switch
            {
                JsonObject map => [.. map.Select(m => m.Value).Where(v => v is JsonObject or JsonArray { Count: > 0 })],
                JsonArray list => [.. list.Where(v => v is JsonObject or JsonArray { Count: > 0 })],
                _ => [],
            };
            if (inner.Length == 0)
                break;
            node = chance.Of(inner)!;
        }

        return node;
    }

    private static void Change(JsonNode node, Chance chance)
    {
        if (node is JsonObject { Count: > 0 } map)
        {
            string key = chance.Of(map.Select(m => m.Key).ToArray());
            switch (chance.Below(6))
            {
                case 0: map.Remove(key); break;
                case 1: map[Values.Any(chance)] = map[key]?.DeepClone(); break;
                default: map[key] = Value(map[key], chance); break;
            }
        }
        else if (node is JsonArray { Count: > 0 } list)
        {
            int at = chance.Below(list.Count);
            switch (chance.Below(5))
            {
                case 0: list.RemoveAt(at); break;
                case 1: list.Insert(at, list[at]?.DeepClone()); break;
                default: list[at] = Value(list[at], chance); break;
            }
        }
    }

    private static JsonNode? Value(JsonNode? old, Chance chance) => chance.Below(10) switch
    {
        < 5 when old is JsonValue value && value.GetValueKind() == JsonValueKind.Number => Number(chance),
        < 2 => Number(chance),
        < 6 => JsonValue.Create(Values.Any(chance)),
        6 => null,
        7 => new JsonArray(Number(chance), Number(chance)),
        8 => new JsonObject { ["x"] = Number(chance) },
        _ => JsonValue.Create(chance.Once(2)),
    };

    private static JsonNode? Number(Chance chance)
    {
        try
        {
            return JsonNode.Parse(Values.Number(chance));
        }
        catch (JsonException)
        {
            return JsonValue.Create(Values.Integer(chance));
        }
    }
}
