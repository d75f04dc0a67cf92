using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace NpuSim.Reports.JsonForms;

/// <summary>One member of a JSON object, declared once: written, read and described by a schema.</summary>
/// <typeparam name="T">What the object stands for; immutable.</typeparam>
/// <param name="Key">Its key, with the unit at the end where it is no plain count.</param>
/// <param name="Write">Writes the value alone.</param>
/// <param name="Read">What it stands for with the value read.</param>
/// <param name="Schema">What JSON schema accepts of the value.</param>
internal sealed record JsonMember<T>(string Key, Action<Utf8JsonWriter, T> Write, Func<T, JsonField, T> Read, JsonObject Schema)
{
    /// <summary>Whether it is there; such a member may be missing when read. Null: it always is.</summary>
    public Func<T, bool>? IsThere { get; init; }

    /// <summary>What it is, for the schema; null: the key says it.</summary>
    public string? Description { get; init; }

    /// <summary>A count or a size.</summary>
    public static JsonMember<T> Count(string key, Func<T, long> get, Func<T, long, T> set) =>
        new(key, (json, x) => json.WriteNumberValue(get(x)), (x, f) => set(x, f.Count()), Reference("count"));

    /// <summary>A number; null where it is not finite.</summary>
    public static JsonMember<T> Number(string key, Func<T, double> get, Func<T, double, T> set) =>
        new(key, (json, x) => json.NumberValue(get(x)), (x, f) => set(x, f.Double()), Reference("number"));

    /// <summary>An integer of 32 bits.</summary>
    public static JsonMember<T> Integer(string key, Func<T, int> get, Func<T, int, T> set) =>
        new(key, (json, x) => json.WriteNumberValue(get(x)), (x, f) => set(x, f.Int32()), Type("integer"));

    /// <summary>A text.</summary>
    public static JsonMember<T> Text(string key, Func<T, string> get, Func<T, string, T> set) =>
        new(key, (json, x) => json.WriteStringValue(get(x)), (x, f) => set(x, f.Text()), Type("string"));

    /// <summary>A truth value.</summary>
    public static JsonMember<T> Truth(string key, Func<T, bool> get, Func<T, bool, T> set) =>
        new(key, (json, x) => json.WriteBooleanValue(get(x)), (x, f) => set(x, f.Truth()), Type("boolean"));

    /// <summary>Counts on one line.</summary>
    public static JsonMember<T> Counts(string key, Func<T, ImmutableArray<long>> get, Func<T, ImmutableArray<long>, T> set) =>
        new(key, (json, x) => json.IntegerValues(get(x)), (x, f) => set(x, f.Each(i => i.Count())), List(Reference("count")));

    /// <summary>A count for some members of an enumeration.</summary>
    public static JsonMember<T> Counts<TKey>(
        string key, Func<T, ImmutableSortedDictionary<TKey, long>> get, Func<T, ImmutableSortedDictionary<TKey, long>, T> set)
        where TKey : struct, Enum => new(
            key, (json, x) => json.MapValue(get(x).Select(p => KeyValuePair.Create(p.Key, (double)p.Value))),
            (x, f) => set(x, f.Map<TKey, long>(i => i.Count())), Keys<TKey>("count"));

    /// <summary>A number for some members of an enumeration.</summary>
    public static JsonMember<T> Numbers<TKey>(
        string key, Func<T, ImmutableSortedDictionary<TKey, double>> get, Func<T, ImmutableSortedDictionary<TKey, double>, T> set)
        where TKey : struct, Enum => new(
            key, (json, x) => json.MapValue(get(x)), (x, f) => set(x, f.Map<TKey, double>(i => i.Double())),
            Keys<TKey>("number"));

    /// <summary>Objects.</summary>
    public static JsonMember<T> Each<TItem>(
        string key, JsonRecord<TItem> form, Func<T, ImmutableArray<TItem>> get, Func<T, ImmutableArray<TItem>, T> set) => new(
            key,
            (json, x) =>
            {
                json.WriteStartArray();
                foreach (TItem item in get(x))
                    form.Write(json, item);
                json.WriteEndArray();
            },
            (x, f) => set(x, f.Each(form.Read)), List(form.Schema()));

    private static JsonObject Reference(string name) => new() { ["$ref"] = $"#/$defs/{name}" };

    private static JsonObject Type(string name) => new() { ["type"] = name };

    private static JsonObject List(JsonObject items) => new() { ["type"] = "array", ["items"] = items };

    private static JsonObject Keys<TKey>(string value) where TKey : struct, Enum => new()
    {
        ["type"] = "object",
        ["additionalProperties"] = false,
        ["properties"] = new JsonObject(
            Enum.GetValues<TKey>().Select(k => KeyValuePair.Create<string, JsonNode?>(JsonText.Name(k), Reference(value)))),
    };
}
