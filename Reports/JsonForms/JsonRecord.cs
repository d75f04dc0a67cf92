using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace NpuSim.Reports.JsonForms;

/// <summary>A JSON object, declared once: written, read and described by a schema. Any other key is refused.</summary>
/// <typeparam name="T">What it stands for; immutable.</typeparam>
/// <param name="Blank">What reading begins with.</param>
/// <param name="Members">Its members, in the order in which they are written.</param>
internal sealed record JsonRecord<T>(T Blank, params ImmutableArray<JsonMember<T>> Members)
{
    /// <summary>Writes the object.</summary>
    public void Write(Utf8JsonWriter json, T value)
    {
        json.WriteStartObject();
        foreach (JsonMember<T> member in Members.Where(m => m.IsThere?.Invoke(value) != false))
        {
            json.WritePropertyName(member.Key);
            member.Write(json, value);
        }

        json.WriteEndObject();
    }

    /// <summary>Reads the object.</summary>
    /// <exception cref="InputException">A member is missing, unknown or of another kind.</exception>
    public T Read(JsonField field)
    {
        field.Only([.. Members.Select(m => m.Key)]);
        T value = Blank;
        foreach (JsonMember<T> member in Members)
        {
            if (member.IsThere is null || field.Optional(member.Key) is not null)
                value = member.Read(value, field[member.Key]);
        }

        return value;
    }

    /// <summary>What JSON schema accepts.</summary>
    /// <param name="description">What the object is; null: its key says it.</param>
    public JsonObject Schema(string? description = null)
    {
        JsonObject schema = new() { ["type"] = "object" };
        if (description is not null)
            schema["description"] = description;
        schema["required"] = new JsonArray([.. Members.Where(m => m.IsThere is null).Select(m => JsonValue.Create(m.Key))]);
        schema["additionalProperties"] = false;
        schema["properties"] = new JsonObject(Members.Select(m => KeyValuePair.Create<string, JsonNode?>(m.Key, Described(m))));
        return schema;
    }

    private static JsonNode Described(JsonMember<T> member)
    {
        JsonNode schema = member.Schema.DeepClone();
        if (member.Description is not null)
            schema["description"] = member.Description;
        return schema;
    }
}
