using System.Globalization;
using System.Text.Json;

namespace NpuSim.Reports.JsonForms;

/// <summary>How the JSON of this program is laid out.</summary>
internal static class JsonText
{
    /// <summary>Indented by two, \n line ends, letters of all scripts as they are, HTML's special and all hidden characters
    /// escaped.</summary>
    public static readonly JsonWriterOptions Layout = new()
    {
        Indented = true,
        NewLine = "\n",
        Encoder = VisibleText.Json,
    };

    /// <summary>No comments, no trailing commas, no key twice, 32 levels.</summary>
    public static readonly JsonDocumentOptions Strict = new() { MaxDepth = 32, AllowDuplicateProperties = false };

    /// <summary>Refuses a document with a key that is not whole characters: bytes that are no UTF-8, half a pair of
    /// surrogates.</summary>
    /// <param name="utf8">The document.</param>
    /// <param name="file">What messages call it.</param>
    /// <exception cref="JsonException">The document is none.</exception>
    /// <exception cref="InputException">It has such a key.</exception>
    public static void RequireNames(ReadOnlySpan<byte> utf8, string file)
    {
        Utf8JsonReader reader = new(utf8, new JsonReaderOptions { MaxDepth = Strict.MaxDepth });
        while (reader.Read())
        {
            if (reader.TokenType != JsonTokenType.PropertyName)
                continue;
            try
            {
                _ = reader.GetString();
            }
            catch (InvalidOperationException fault)
            {
                throw new InputException($"{file}: the key at byte {reader.TokenStartIndex} is not whole characters of UTF-8.",
                    fault);
            }
        }
    }

    /// <summary>Writes a number; null where it is not finite.</summary>
    public static void Number(this Utf8JsonWriter json, string key, double value)
    {
        json.WritePropertyName(key);
        json.NumberValue(value);
    }

    /// <summary>Writes a number alone; null where it is not finite.</summary>
    public static void NumberValue(this Utf8JsonWriter json, double value)
    {
        if (double.IsFinite(value))
            json.WriteNumberValue(value);
        else
            json.WriteNullValue();
    }

    /// <summary>Writes numbers on one line; null for those that are not finite.</summary>
    public static void Numbers(this Utf8JsonWriter json, string key, IEnumerable<double> values)
    {
        json.WritePropertyName(key);
        json.Numbers(values);
    }

    /// <summary>Writes numbers on one line, as an element of an array.</summary>
    public static void Numbers(this Utf8JsonWriter json, IEnumerable<double> values) => json.WriteRawValue(
        $"[{string.Join(", ", values.Select(Number))}]");

    private static string Number(double value) =>
        double.IsFinite(value) ? value.ToString("R", CultureInfo.InvariantCulture) : "null";

    /// <summary>Writes integers on one line.</summary>
    public static void Integers<T>(this Utf8JsonWriter json, string key, IEnumerable<T> values) where T : IFormattable
    {
        json.WritePropertyName(key);
        json.IntegerValues(values);
    }

    /// <summary>Writes integers alone, on one line.</summary>
    public static void IntegerValues<T>(this Utf8JsonWriter json, IEnumerable<T> values) where T : IFormattable =>
        json.WriteRawValue($"[{string.Join(", ", values.Select(v => v.ToString(null, CultureInfo.InvariantCulture)))}]");

    /// <summary>Writes an object with one number per key of an enumeration, in its order.</summary>
    public static void MapValue<TKey>(this Utf8JsonWriter json, IEnumerable<KeyValuePair<TKey, double>> values)
        where TKey : struct, Enum
    {
        json.WriteStartObject();
        foreach ((TKey name, double value) in values)
            json.Number(Name(name), value);
        json.WriteEndObject();
    }

    /// <summary>Name of an enumeration's member as a key, as "savedActivation".</summary>
    public static string Name<TKey>(TKey member) where TKey : struct, Enum =>
        JsonNamingPolicy.CamelCase.ConvertName(member.ToString());
}
